"""What customers chose to limit themselves to, and what is known of their standing."""

from __future__ import annotations

from django.db import models

from arhan.account.models.accounts import Account


class AccountLimit(models.Model):
    """A customer's own limits of one account, in minor units; null where they chose none."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_column="account")
    payment = models.BigIntegerField(null=True)
    day = models.BigIntegerField(null=True)
    month = models.BigIntegerField(null=True)
    raised_at = models.DateTimeField(null=True)
    """When the next three take the place of those before; null when nothing cools off."""
    raised_payment = models.BigIntegerField(null=True)
    raised_day = models.BigIntegerField(null=True)
    raised_month = models.BigIntegerField(null=True)
    changed_by = models.TextField(db_collation="C")
    """Person id."""
    changed_at = models.DateTimeField()

    class Meta:
        """What has cooled off is found by its time."""

        db_table = "account_limit"
        indexes = (
            models.Index(
                fields=["raised_at"],
                name="account_limit_cooling_off",
                condition=models.Q(raised_at__isnull=False),
            ),
        )


class Standing(models.Model):
    """How well a customer has proved who they are, as identity last said."""

    customer = models.TextField(primary_key=True, db_collation="C")
    tier = models.SmallIntegerField()

    class Meta:
        """Kept for those who have accounts, and for those who may open one."""

        db_table = "standing"


class Outflow(models.Model):
    """What a customer paid, or promised, from all their accounts of a currency on a business day.

    Kept for customers who have several; a movement locks it after the balance rows.
    """

    pk = models.CompositePrimaryKey("customer", "currency")
    customer = models.TextField(db_collation="C")
    currency = models.TextField(db_collation="C")
    day = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        """One row for each currency, rewritten with each payment."""

        db_table = "outflow"
