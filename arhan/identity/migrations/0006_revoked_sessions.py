from django.db import migrations, models


class Migration(migrations.Migration):
    """Sessions are revoked, not people; what was there concerned tokens of minutes."""

    dependencies = [("identity", "0005_roles")]

    operations = [
        migrations.DeleteModel(name="Revocation"),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("session", models.TextField(db_collation="C")),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "revocation",
                "indexes": [models.Index(fields=["until"], name="revocation_by_end")],
            },
        ),
    ]
