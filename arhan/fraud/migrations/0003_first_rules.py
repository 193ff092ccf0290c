"""The rule book the bank starts with; arhan/fraud/README.md says why these numbers.

Amounts are whole units of the currency here and minor units in the table. One naira threshold is
translated at round rates, because a rule needs an amount for every currency of the bank.
"""

from datetime import UTC, datetime

from django.db import migrations

from arhan.kernel.ids import new_id

MINOR_UNITS = {"NGN": 100, "USD": 100, "EUR": 100, "GBP": 100, "JPY": 1, "KWD": 1000}
PER_NAIRA = {"NGN": 1, "USD": 1000, "EUR": 1000, "GBP": 1250, "JPY": 10, "KWD": 2500}


def amounts(naira):
    """The same threshold in every currency, in minor units: NGN 1,000,000 is USD 1,000."""
    return {
        currency: naira * MINOR_UNITS[currency] // PER_NAIRA[currency] for currency in MINOR_UNITS
    }


RULES = (
    (
        "amount_limit",
        "decline",
        {"type": "amount_limit", "amounts": amounts(10_000_000)},
        "This amount is above the limit for one payment.",
        "Above what any customer may pay at once (NIBSS instant payments: NGN 10 million).",
    ),
    (
        "large_amount",
        "review",
        {"type": "amount_limit", "amounts": amounts(5_000_000)},
        "We check large payments before they go out.",
        "A person looks at payments of this size.",
    ),
    (
        "velocity_count_15m",
        "review",
        {"type": "velocity_count", "window": "15m", "count": 100},
        "You have made unusually many payments in a short time.",
        "More than a person can type: a script, or a stolen session.",
    ),
    (
        "velocity_count_15m_large",
        "step_up",
        {
            "type": "velocity_count",
            "window": "15m",
            "count": 10,
            "totalling": amounts(500_000),
        },
        "You have made unusually many payments in a short time. Please confirm it is you.",
        "Many payments that together move real money: an account being emptied in slices.",
    ),
    (
        "velocity_count_24h",
        "decline",
        {"type": "velocity_count", "window": "24h", "count": 1_000},
        "You have reached the number of payments for one day.",
        "No customer pays this often in a day.",
    ),
    (
        "velocity_sum_24h",
        "review",
        {"type": "velocity_sum", "window": "24h", "amounts": amounts(10_000_000)},
        "You have paid out an unusually large sum in one day.",
        "A day's sum that a person must look at.",
    ),
    (
        "velocity_sum_limit_24h",
        "decline",
        {"type": "velocity_sum", "window": "24h", "amounts": amounts(25_000_000)},
        "You have reached the amount you can pay out in one day.",
        "Above what any customer may pay out in a day.",
    ),
    (
        "velocity_sum_7d",
        "review",
        {"type": "velocity_sum", "window": "7d", "amounts": amounts(40_000_000)},
        "You have paid out an unusually large sum in one week.",
        "Slow draining that stays under the daily sum.",
    ),
    (
        "new_payee_large",
        "step_up",
        {"type": "new_payee", "amounts": amounts(500_000), "new_for_h": 24},
        "This is a large payment to somebody new. Please confirm it is you.",
        "Large, and no payment to this account went through before the last 24 hours.",
    ),
    (
        "new_payee_very_large",
        "review",
        {"type": "new_payee", "amounts": amounts(2_000_000), "new_for_h": 24},
        "We check very large payments to somebody new before they go out.",
        "Very large, and no payment to this account went through before the last 24 hours.",
    ),
    (
        "young_account_large",
        "review",
        {"type": "young_account", "amounts": amounts(1_000_000), "young_for_h": 72},
        "We check large payments from new accounts before they go out.",
        "Money that passes through an account opened in the last three days: a mule, or a stolen identity.",
    ),
    (
        "round_amounts",
        "review",
        {"type": "round_amounts", "window": "24h", "count": 8},
        "We check this pattern of payments before it goes on.",
        "Many round amounts (multiples of NGN 10,000) in a day: a sum cut into slices.",
    ),
    (
        "many_payees",
        "review",
        {"type": "many_payees", "count": 10, "totalling": amounts(250_000)},
        "You have paid unusually many people within an hour.",
        "Real money spread over many accounts within an hour: a mule fanning out.",
    ),
    (
        "very_many_payees",
        "review",
        {"type": "many_payees", "count": 120},
        "You have paid unusually many people within an hour.",
        "More accounts in an hour than a person pays, whatever the amounts.",
    ),
)


def write_rules(apps, schema_editor):
    """Every rule active from the start; the release that ships them stands for the second person."""
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
    dependencies = [("fraud", "0002_decisions_are_kept")]

    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
