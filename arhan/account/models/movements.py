"""What was posted, for ever: movements and the entries they made. Nobody changes or deletes these."""

from __future__ import annotations

from django.db import models


class Movement(models.Model):
    """Everything the posting engine accepted under an id: a movement, a hold, a capture, a release.

    Holds and releases move nothing and have no entries; their row remembers that they were accepted.
    No foreign keys here: the engine has the accounts locked, and a check per row would cost as much
    as the row.
    """

    id = models.TextField(primary_key=True, db_collation="C")
    kind = models.TextField(db_collation="C")
    currency = models.TextField(db_collation="C")
    narration = models.TextField(blank=True)
    initiator = models.TextField(blank=True, db_collation="C")
    booking_date = models.DateField()
    value_date = models.DateField()
    posted_at = models.DateTimeField()
    reverses = models.TextField(null=True, db_collation="C")  # noqa: DJ001 - most reverse nothing
    hold = models.TextField(null=True, db_collation="C")  # noqa: DJ001 - most concern no hold
    fingerprint = models.BinaryField()
    """Recognises a repeat (domain/fingerprint.py)."""

    class Meta:
        """A movement is reversed once."""

        db_table = "movement"
        constraints = (
            models.UniqueConstraint(
                fields=["reverses"],
                name="movement_reversed_once",
                condition=models.Q(reverses__isnull=False),
            ),
        )


class ValueDated(models.Model):
    """An entry that bears interest from another day than it is booked on; few are."""

    pk = models.CompositePrimaryKey("account", "sequence")
    account = models.TextField(db_collation="C")
    sequence = models.BigIntegerField()
    booking_date = models.DateField()
    value_date = models.DateField()
    change = models.BigIntegerField()
    """Credits minus debits."""

    class Meta:
        """Read by account."""

        db_table = "value_dated"


class Entry(models.Model):
    """A posting as recorded on one account: its number there, and the balance after it."""

    pk = models.CompositePrimaryKey("account", "sequence")
    account = models.TextField(db_collation="C")
    sequence = models.BigIntegerField()
    movement = models.TextField(db_collation="C")
    side = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()

    class Meta:
        """Amounts are positive; the side says which way."""

        db_table = "entry"
        constraints = (
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="entry_amount_positive"),
            models.CheckConstraint(condition=models.Q(side__in=("debit", "credit")), name="entry_side_known"),
        )
