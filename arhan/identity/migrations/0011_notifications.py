import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What people were told, once per cause, and how they want to be told."""

    dependencies = [
        ("identity", "0010_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "topic", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("topic", models.TextField(db_collation="C")),
                ("in_app", models.BooleanField()),
                ("email", models.BooleanField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="identity.person"
                    ),
                ),
            ],
            options={
                "db_table": "notification_choice",
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("cause", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("subject", models.TextField(db_collation="C")),
                ("amount", models.BigIntegerField()),
                ("currency", models.TextField(db_collation="C")),
                ("state", models.TextField()),
                ("name", models.TextField()),
                ("due_on", models.TextField(db_collation="C")),
                ("shown", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="identity.person",
                    ),
                ),
            ],
            options={
                "db_table": "notification",
                "indexes": [
                    models.Index(fields=["person", "-id"], name="notification_of_person"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True), ("shown", True)),
                        fields=["person"],
                        name="notification_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "cause"), name="notification_once")
                ],
            },
        ),
    ]
