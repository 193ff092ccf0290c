from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from django.db import migrations

SEED = Path(__file__).parents[1] / "products.yaml"

TODAY = "SELECT coalesce(next_date, date) FROM business_day"


def best_rate(terms):
    return max([tier["rate"] for tier in terms.get("tiers", [])], default=0) / 10_000


def offer(apps, schema_editor):
    """What a bank that was there before lacks of products.yaml in other currencies than naira.

    A code that is taken stays as staff made it.
    """
    product = apps.get_model("account", "Product")
    version = apps.get_model("account", "ProductVersion")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TODAY)
        found = cursor.fetchone()
    today = found[0] if found else (datetime.now(UTC) + timedelta(hours=1)).date()
    for offered in yaml.safe_load(SEED.read_text()):
        terms = offered.pop("terms")
        if offered["currency"] == "NGN" or product.objects.filter(code=offered["code"]).exists():
            continue
        added = product.objects.create(**offered, interest_rate=best_rate(terms))
        version.objects.create(product=added, number=1, since=today, terms=terms)


class Migration(migrations.Migration):
    """Accounts in dollars, euros, pounds, yen and dinars."""

    dependencies = [("account", "0014_statements")]

    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
