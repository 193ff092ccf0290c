"""What accounts earn and owe, and what was paid and charged."""

from __future__ import annotations

from django.db import models

from arhan.account.models.accounts import Account
from arhan.account.models.products import ProductVersion


class Accrual(models.Model):
    """How far an account's interest has come. The nightly run rewrites it, set by set.

    Parts: see domain/interest.py.
    """

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_column="account")
    version = models.ForeignKey(ProductVersion, models.PROTECT, db_column="version", related_name="+")
    """Equal to the account's."""
    rate = models.IntegerField(null=True)
    """The account's own rate, where it was agreed for it: a fixed-term deposit."""
    value_balance = models.BigIntegerField(default=0)
    """The balance of what bears interest by the end of the day before `accrued_until`."""
    sequence = models.BigIntegerField(default=0)
    """Entries up to this one were read."""
    earned = models.DecimalField(max_digits=40, decimal_places=0, default=0)
    """Parts earned and not paid."""
    owed = models.DecimalField(max_digits=40, decimal_places=0, default=0)
    """Parts an overdraft cost and that are not charged."""
    accrued_until = models.DateField()
    """The first day that is not counted yet."""
    active_on = models.DateField()
    """When its holder last did something."""

    class Meta:
        """Found product version by product version, in the order of the accounts."""

        db_table = "accrual"
        indexes = (models.Index(fields=["version", "account"], name="accrual_of_version"),)


class EntryAhead(models.Model):
    """An entry that was read and bears interest only from a later day, or is about to be counted."""

    pk = models.CompositePrimaryKey("account", "sequence")
    account = models.TextField(db_collation="C")
    sequence = models.BigIntegerField()
    value_date = models.DateField()
    amount = models.BigIntegerField()
    """Credit less debit."""

    class Meta:
        """Each entry once."""

        db_table = "entry_ahead"


class InterestPosting(models.Model):
    """Interest that was paid to an account, and overdraft interest that was charged."""

    pk = models.CompositePrimaryKey("account", "until")
    account = models.TextField(db_collation="C")
    until = models.DateField()
    """The first day whose interest is not in it."""
    paid = models.BigIntegerField(default=0)
    """Before tax."""
    tax = models.BigIntegerField(default=0)
    charged = models.BigIntegerField(default=0)
    booked_on = models.DateField()

    class Meta:
        """One per account and day."""

        db_table = "interest_posting"


class AccountVersion(models.Model):
    """From which day an account had which version of its product."""

    pk = models.CompositePrimaryKey("account", "since")
    account = models.TextField(db_collation="C")
    since = models.DateField()
    version = models.ForeignKey(ProductVersion, models.PROTECT, db_column="version", related_name="+")

    class Meta:
        """One version a day."""

        db_table = "account_version"
