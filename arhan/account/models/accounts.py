"""Accounts: the cold part that says whose they are, and the hot part that changes with each movement."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.book import AccountState
from arhan.account.domain.lifecycle import FROZEN_SIDES, STATUSES
from arhan.account.models.products import Product, ProductVersion


class Account(models.Model):
    """A customer's account, or one of the bank's own (no number, no product, no customer)."""

    id = models.TextField(primary_key=True, db_collation="C")
    number = models.TextField(null=True, db_collation="C")  # noqa: DJ001 - the bank's own have none
    """Ten digits a customer gives to be paid (NUBAN serial and check digit)."""
    customer = models.TextField(db_collation="C")
    """Who owns it: a person's id, or a business's; empty for the bank's own."""
    product = models.ForeignKey(Product, models.PROTECT, null=True, db_column="product")
    version = models.ForeignKey(ProductVersion, models.PROTECT, null=True, db_column="version")
    """What the product promised when it was opened, until it is moved; the bank's own have none."""
    currency = models.TextField(db_collation="C")
    name = models.TextField()
    """The holder's name when the account was opened; what a payer is shown."""
    status = models.TextField(db_collation="C")
    status_reason = models.TextField(default="", blank=True)
    status_changed_by = models.TextField(default="", blank=True, db_collation="C")
    """Person id; whoever of the bank's staff froze an account, its owner cannot unfreeze it."""
    status_changed_at = models.DateTimeField()
    frozen_side = models.TextField(default="", db_default="", blank=True, db_collation="C")
    """Of a frozen account: what it is frozen for, "debit", "credit" or "both"; else empty."""
    opened_at = models.DateTimeField()
    signatures = models.SmallIntegerField(default=1, db_default=1)
    """How many sign a payment of at least `signatures_from` minor units."""
    signatures_from = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        """A number leads to one account."""

        db_table = "account"
        indexes = (models.Index(fields=["customer", "id"], name="account_of_customer"),)
        constraints = (
            models.UniqueConstraint(fields=["number"], name="account_number_once"),
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="account_status_known"),
            models.CheckConstraint(
                condition=models.Q(signatures__gte=1, signatures_from__gte=0),
                name="account_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_side__in=("", *FROZEN_SIDES)), name="account_frozen_side_known"
            ),
        )


class Balance(models.Model):
    """The one row per account that a movement locks and rewrites; narrow, so that it stays fast.

    `balance` counts credits minus debits in minor units for every kind of account, so that the sum
    over all accounts of a currency is zero.
    """

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_column="account")
    currency = models.TextField(db_collation="C")
    ledger_account = models.TextField(db_collation="C")
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)
    """What balance less held may not fall below; null for the bank's own accounts."""
    sequence = models.BigIntegerField(default=0)
    """Number of the last entry."""
    may_debit = models.BooleanField(default=True)
    may_credit = models.BooleanField(default=True)
    closed = models.BooleanField(default=False)
    pin_version = models.IntegerField(default=0)
    """Goes up whenever the PIN is set or blocked, so that an older proof no longer counts."""
    tier = models.SmallIntegerField(null=True)
    """The holder's, for the limits of the law; null for the bank's own accounts."""
    payment_limit = models.BigIntegerField(null=True)
    """The stricter of the product's and the customer's own; null where there is none."""
    day_limit = models.BigIntegerField(null=True)
    month_limit = models.BigIntegerField(null=True)
    spent_on = models.DateField(null=True)
    """The business day up to which the next two count."""
    spent_day = models.BigIntegerField(db_default=0)
    spent_month = models.BigIntegerField(db_default=0)
    spender = models.TextField(null=True, db_collation="C")  # noqa: DJ001 - most have none
    """The customer, once they have several accounts of the currency: these share the tier's limits."""

    class Meta:
        """The database refuses an overdrawn account as the rules do."""

        db_table = "balance"
        constraints = (
            models.CheckConstraint(condition=models.Q(held__gte=0), name="balance_held_not_negative"),
            models.CheckConstraint(
                condition=models.Q(floor__isnull=True)
                | models.Q(balance__gte=models.F("floor") + models.F("held")),
                name="balance_not_under_floor",
            ),
        )

    def state(self) -> AccountState:
        """The account as the posting rules see it."""
        return AccountState(
            id=self.account_id,
            currency=self.currency,
            ledger_account=self.ledger_account,
            balance=self.balance,
            held=self.held,
            floor=self.floor,
            sequence=self.sequence,
            may_debit=self.may_debit,
            may_credit=self.may_credit,
            closed=self.closed,
            pin_version=self.pin_version,
            tier=self.tier,
            payment_limit=self.payment_limit,
            day_limit=self.day_limit,
            month_limit=self.month_limit,
            spent_on=self.spent_on,
            spent_day=self.spent_day,
            spent_month=self.spent_month,
            spender=self.spender,
        )
