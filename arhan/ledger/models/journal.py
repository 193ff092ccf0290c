"""The journal. Rows of journal_entry and journal_line are written once; the database raises on the rest.

What the database refuses besides (migration 0002): a gap in the numbers, an entry without lines or
whose debits and credits differ, a line added to an entry later, a line whose running balance does
not follow from the one before it on the same account.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

SIDES = ("debit", "credit")
LEAF_BYTES = 32


class Account(models.Model):
    """An account as its opening was announced: whose it is and where the books keep it."""

    id = models.TextField(primary_key=True, db_collation="C")
    number = models.TextField(db_collation="C")
    customer = models.TextField(db_collation="C", blank=True)
    """Person id; empty for the bank's own accounts."""
    currency = models.TextField(db_collation="C")
    ledger_account = models.TextField(db_collation="C")
    opened_at = models.DateTimeField()

    class Meta:
        """Known by id."""

        db_table = "account"


class JournalEntry(models.Model):
    """A movement, written down for ever."""

    number = models.BigIntegerField(primary_key=True)
    """Place in the journal, from 1, gapless; leaf number - 1 of the Merkle tree."""
    id = models.TextField(db_collation="C")
    movement = models.TextField(db_collation="C")
    kind = models.TextField(db_collation="C")
    currency = models.TextField(db_collation="C")
    narration = models.TextField(blank=True)
    booking_date = models.DateField()
    value_date = models.DateField()
    posted_at = models.DateTimeField()
    reverses = models.TextField(null=True, blank=True, db_collation="C")  # noqa: DJ001 - none is no id
    hold = models.TextField(null=True, blank=True, db_collation="C")  # noqa: DJ001 - likewise
    leaf = models.BinaryField(max_length=LEAF_BYTES)
    """Hash of its content, as the seals cover it."""

    class Meta:
        """One row per movement."""

        db_table = "journal_entry"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id"], name="journal_entry_id_once"),
            models.UniqueConstraint(fields=["movement"], name="journal_entry_movement_once"),
            models.CheckConstraint(name="journal_entry_numbered", condition=Q(number__gte=1)),
        ]
        indexes: ClassVar = [BrinIndex(fields=["booking_date"], name="journal_entry_booked")]


class JournalLine(models.Model):
    """One leg of an entry, as it stands on its account."""

    pk = models.CompositePrimaryKey("account", "sequence")
    account = models.TextField(db_collation="C")
    sequence = models.BigIntegerField()
    """Its number on the account, from 1, gapless."""
    entry = models.BigIntegerField()
    """Number of the journal entry."""
    place = models.SmallIntegerField()
    """Its place within the entry, from 0."""
    ledger_account = models.TextField(db_collation="C")
    side = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    """Minor units."""
    balance_after = models.BigIntegerField()
    """Credits minus debits on the account, minor units."""

    class Meta:
        """Found by account, or by entry."""

        db_table = "journal_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "place"], name="journal_line_in_entry"),
            models.CheckConstraint(name="journal_line_sequenced", condition=Q(sequence__gte=1)),
            models.CheckConstraint(name="journal_line_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="journal_line_side", condition=Q(side__in=SIDES)),
        ]


class DayTotal(models.Model):
    """What was posted to a ledger account on one booking date: a trial balance adds up these."""

    pk = models.CompositePrimaryKey("booking_date", "ledger_account", "currency")
    booking_date = models.DateField()
    ledger_account = models.TextField(db_collation="C")
    currency = models.TextField(db_collation="C")
    debits = models.DecimalField(max_digits=38, decimal_places=0)
    credits = models.DecimalField(max_digits=38, decimal_places=0)

    class Meta:
        """Few rows: one per day, ledger account and currency."""

        db_table = "day_total"
