from django.db import migrations, models


class Migration(migrations.Migration):
    """Secrets of services that were made after the first start, with the one before each."""

    dependencies = [("identity", "0008_kyc")]

    operations = [
        migrations.CreateModel(
            name="ServiceSecret",
            fields=[
                ("service", models.TextField(db_collation="C")),
                ("hash", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "service_secret"},
        ),
    ]
