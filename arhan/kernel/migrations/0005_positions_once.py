from django.db import migrations, models


class Migration(migrations.Migration):
    """Only events that have a position are in the index of positions: one entry less for each that is written."""

    dependencies = [("kernel", "0004_proposal")]

    operations = [
        migrations.AlterField("outboxevent", "position", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "outboxevent",
            models.UniqueConstraint(
                fields=["position"],
                name="outbox_position_once",
                condition=models.Q(position__isnull=False),
            ),
        ),
    ]
