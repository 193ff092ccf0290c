from django.db import migrations, models


class Migration(migrations.Migration):
    """Find what was stopped, of everybody and of one payer; a payment that is allowed costs no entry."""

    dependencies = [("fraud", "0004_card_rules")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("outcome", "allow"), _negated=True),
                fields=["-id"],
                name="decision_stopping",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("outcome", "allow"), _negated=True),
                fields=["payer_customer", "-id"],
                name="decision_stopping_payer",
            ),
        ),
    ]
