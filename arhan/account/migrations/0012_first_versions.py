from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from django.db import migrations

SEED = Path(__file__).parents[1] / "products.yaml"

BEGIN = """
UPDATE account SET version = v.id FROM product_version v WHERE v.product = account.product;
INSERT INTO accrual (account, version, value_balance, sequence, earned, owed, accrued_until, active_on)
SELECT a.id, a.version, b.balance, b.sequence, 0, 0, d.today, d.today
FROM account a JOIN balance b ON b.account = a.id
CROSS JOIN (SELECT coalesce((SELECT coalesce(next_date, date) FROM business_day), %s::date) AS today) d
WHERE a.version IS NOT NULL AND a.status <> 'closed';
INSERT INTO account_version (account, since, version)
SELECT account, accrued_until, version FROM accrual;
"""

SQL = """
CREATE TRIGGER product_version_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON product_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();

-- Every row is rewritten every night: leave room so that a new version fits the same page.
ALTER TABLE accrual SET (fillfactor = 60);

-- As for the other tables: collation "C" does not need a second index for LIKE.
DO $$
DECLARE
    needless text;
BEGIN
    FOR needless IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE '%\\_like' AND tablename IN
            ('product_version', 'accrual', 'entry_ahead', 'interest_posting', 'account_version',
             'fee_charge', 'term_deposit', 'pot', 'account')
    LOOP
        EXECUTE format('DROP INDEX %I', needless);
    END LOOP;
END $$;
"""


def best_rate(terms):
    chart = terms.get("fixed_term", {}).get("chart", [])
    return max([row["rate"] for row in [*terms.get("tiers", []), *chart]], default=0) / 10_000


def offer(apps, schema_editor):
    """What products.yaml says, read once; products that are there keep their name."""
    product = apps.get_model("account", "Product")
    version = apps.get_model("account", "ProductVersion")
    today = (datetime.now(UTC) + timedelta(hours=1)).date()
    for offered in yaml.safe_load(SEED.read_text()):
        terms = offered.pop("terms")
        found, _ = product.objects.get_or_create(
            code=offered.pop("code"), defaults=offered | {"interest_rate": best_rate(terms)}
        )
        version.objects.create(product=found, number=1, since=today, terms=terms)
    # accounts that are there already earn from now on
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(BEGIN, [today])


class Migration(migrations.Migration):
    """The bank's products as data; accounts opened before have the first version of theirs."""

    dependencies = [("account", "0011_products_as_data")]

    operations = [
        migrations.RunPython(offer, migrations.RunPython.noop),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
