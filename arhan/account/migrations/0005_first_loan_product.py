from decimal import Decimal

from django.db import migrations

PERSONAL = {
    "code": "personal",
    "name": "Personal loan",
    "currency": "NGN",
    "least": 1_000_00,
    "most": 5_000_000_00,
    "terms": [1, 3, 6, 12, 24],
    "annual_rate_percent": Decimal(12),
    "method": "equal_instalments",
    "day_count": "30/360",
    "purposes": ["business", "education", "home", "medical", "rent", "vehicle", "other"],
    "min_tier": 1,
    "allocation_order": ["penalties", "fees", "interest", "principal"],
    "penalty_percent": Decimal(1),
    "grace_days": 3,
    "offer_days": 14,
}

SQL = """
CREATE TRIGGER loan_happening_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON loan_happening
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();

-- As for the other tables: collation "C" does not need a second index for LIKE.
DO $$
DECLARE
    needless text;
BEGIN
    FOR needless IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE '%\\_like' AND tablename LIKE 'loan%'
    LOOP
        EXECUTE format('DROP INDEX %I', needless);
    END LOOP;
END $$;
"""


def offer(apps, schema_editor):
    apps.get_model("account", "LoanProduct").objects.create(**PERSONAL)


class Migration(migrations.Migration):
    """The published design's simple offer: 1, 3, 6, 12 or 24 months at 12 %."""

    dependencies = [("account", "0004_loans")]

    operations = [
        migrations.RunPython(offer, migrations.RunPython.noop),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
