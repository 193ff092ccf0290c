from decimal import Decimal

from django.db import migrations

PRODUCTS = (
    ("savings", "savings", "Savings", "NGN", Decimal("3.50"), "2010"),
    ("current", "current", "Current", "NGN", Decimal(0), "2020"),
)


def offer(apps, schema_editor):
    product = apps.get_model("account", "Product")
    for code, kind, name, currency, interest_rate, ledger_account in PRODUCTS:
        product.objects.create(
            code=code,
            kind=kind,
            name=name,
            currency=currency,
            interest_rate=interest_rate,
            ledger_account=ledger_account,
        )


class Migration(migrations.Migration):
    """What the bank offers from its first day."""

    dependencies = [("account", "0002_books_protect_themselves")]

    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
