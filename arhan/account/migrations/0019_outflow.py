from django.db import migrations, models

SHARE = """
WITH several AS (
    SELECT a.customer, b.currency, max(b.spent_on) AS day
    FROM account a JOIN balance b ON b.account = a.id
    WHERE a.customer <> '' AND b.tier IS NOT NULL
    GROUP BY a.customer, b.currency HAVING count(*) > 1
), paid AS (
    INSERT INTO outflow (customer, currency, day, amount)
    SELECT s.customer, s.currency, coalesce(s.day, '2000-01-01'),
           coalesce(sum(b.spent_day) FILTER (WHERE b.spent_on = s.day), 0)
    FROM several s JOIN account a ON a.customer = s.customer
    JOIN balance b ON b.account = a.id AND b.currency = s.currency
    GROUP BY s.customer, s.currency, s.day
)
UPDATE balance SET spender = s.customer
FROM several s JOIN account a ON a.customer = s.customer
WHERE balance.account = a.id AND balance.currency = s.currency AND balance.tier IS NOT NULL;
ALTER TABLE outflow SET (fillfactor = 60);
"""


class Migration(migrations.Migration):
    """What the law allows is allowed once to a customer, over all their accounts of a currency."""

    dependencies = [("account", "0018_fewer_card_indexes")]

    operations = [
        migrations.AddField("balance", "spender", models.TextField(null=True, db_collation="C")),
        migrations.CreateModel(
            "Outflow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "customer",
                        "currency",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("customer", models.TextField(db_collation="C")),
                ("currency", models.TextField(db_collation="C")),
                ("day", models.DateField()),
                ("amount", models.BigIntegerField()),
            ],
            options={"db_table": "outflow"},
        ),
        migrations.RunSQL(SHARE, migrations.RunSQL.noop),
    ]
