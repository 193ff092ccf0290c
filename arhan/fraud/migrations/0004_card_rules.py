"""Rules that look at how a card is used; arhan/fraud/README.md says why these numbers."""

from datetime import UTC, datetime

from django.db import migrations

from arhan.kernel.ids import new_id

RULES = (
    (
        "card_declined_1h",
        "step_up",
        {"type": "card_declined", "window": "1h", "count": 5},
        "Several attempts with this card were declined. Please confirm it is you.",
        "Codes or PINs are being guessed. Only its holder can let it through: declining would let anybody"
        " who knows the number switch the card off.",
    ),
    (
        "card_declined_24h",
        "review",
        {"type": "card_declined", "window": "24h", "count": 20},
        "Many attempts with this card were declined; we check this one before it goes on.",
        "A card that is being tested, slowly or by many: a person decides whether to have it replaced.",
    ),
    (
        "card_velocity_15m",
        "step_up",
        {"type": "card_velocity", "window": "15m", "count": 30},
        "This card has paid unusually often in a short time. Please confirm it is you.",
        "More than a person presents a card, whatever the amounts: a stolen number in a script.",
    ),
)


def write_rules(apps, schema_editor):
    """Active from the start; the release that ships them stands for the second person."""
    rule_version = apps.get_model("fraud", "RuleVersion")
    rule_change = apps.get_model("fraud", "RuleChange")
    now = datetime.now(UTC)
    for rule, outcome, definition, message, explanation in RULES:
        row = rule_version.objects.create(
            id=new_id("rule"),
            rule=rule,
            version=1,
            state="active",
            outcome=outcome,
            definition=definition,
            message=message,
            explanation=explanation,
            created_by="arhan",
            created_at=now,
            promoted_by="release",
            promoted_at=now,
        )
        rule_change.objects.create(
            rule_version=row, state="active", person="release", changed_at=now
        )


class Migration(migrations.Migration):
    dependencies = [("fraud", "0003_first_rules")]

    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
