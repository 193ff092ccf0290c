import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Limits beside the balance they are checked with; which side of an account is frozen."""

    dependencies = [("account", "0008_documents")]

    operations = [
        migrations.AddField(
            "account", "frozen_side", models.TextField(blank=True, db_collation="C", db_default="", default="")
        ),
        migrations.RunSQL(
            "UPDATE account SET frozen_side = 'debit' WHERE status = 'frozen'", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=models.Q(frozen_side__in=("", "debit", "credit", "both")),
                name="account_frozen_side_known",
            ),
        ),
        migrations.AddField("balance", "tier", models.SmallIntegerField(null=True)),
        migrations.AddField("balance", "payment_limit", models.BigIntegerField(null=True)),
        migrations.AddField("balance", "day_limit", models.BigIntegerField(null=True)),
        migrations.AddField("balance", "month_limit", models.BigIntegerField(null=True)),
        migrations.AddField("balance", "spent_on", models.DateField(null=True)),
        migrations.AddField("balance", "spent_day", models.BigIntegerField(db_default=0)),
        migrations.AddField("balance", "spent_month", models.BigIntegerField(db_default=0)),
        migrations.AddField("hold", "counted_on", models.DateField(null=True)),
        migrations.CreateModel(
            "AccountLimit",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="account.account",
                    ),
                ),
                ("payment", models.BigIntegerField(null=True)),
                ("day", models.BigIntegerField(null=True)),
                ("month", models.BigIntegerField(null=True)),
                ("raised_at", models.DateTimeField(null=True)),
                ("raised_payment", models.BigIntegerField(null=True)),
                ("raised_day", models.BigIntegerField(null=True)),
                ("raised_month", models.BigIntegerField(null=True)),
                ("changed_by", models.TextField(db_collation="C")),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "account_limit",
                "indexes": [
                    models.Index(
                        condition=models.Q(("raised_at__isnull", False)),
                        fields=["raised_at"],
                        name="account_limit_cooling_off",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Standing",
            fields=[
                ("customer", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("tier", models.SmallIntegerField()),
            ],
            options={"db_table": "standing"},
        ),
    ]
