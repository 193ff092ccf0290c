from django.db import migrations, models

STATES = (
    "applied",
    "offered",
    "rejected",
    "withdrawn",
    "lapsed",
    "accepted",
    "active",
    "charged_off",
    "closed",
    "written_off",
)


class Migration(migrations.Migration):
    """The loss of a loan may be taken while it is still collected."""

    dependencies = [("account", "0005_first_loan_product")]

    operations = [
        migrations.AddField("loanproduct", "charge_off_days", models.SmallIntegerField(default=180)),
        migrations.RemoveConstraint("loan", "loan_state_known"),
        migrations.AddConstraint(
            "loan",
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="loan_state_known"),
        ),
        migrations.RemoveIndex("loan", "loan_active_due"),
        migrations.AddIndex(
            "loan",
            models.Index(
                fields=["next_due_on", "id"],
                name="loan_collected_due",
                condition=models.Q(state__in=("active", "charged_off")),
            ),
        ),
    ]
