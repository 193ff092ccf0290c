"""Statements as the bank numbers them: one after another for each account, without a gap."""

from __future__ import annotations

from django.db import models

FILE_STATES = ("preparing", "ready", "failed")


class Statement(models.Model):
    """A month of an account, as it was when its last day was closed. Never changed.

    What it says line by line is in the entries, which do not change either.
    """

    pk = models.CompositePrimaryKey("account", "number")
    account = models.TextField(db_collation="C")
    number = models.IntegerField()
    """Legal sequence number: 1, 2, 3 …"""
    since = models.DateField()
    until = models.DateField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    edge = models.BigIntegerField()
    """The first entry that may be booked after `until`: where the next statement begins to look."""
    made_at = models.DateTimeField()

    class Meta:
        """A period is stated once."""

        db_table = "statement"
        constraints = (
            models.UniqueConstraint(fields=["account", "until"], name="statement_period_once"),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="statement_goes_forward"
            ),
        )


class StatementFile(models.Model):
    """A statement that is made, or was: kept for a week, since it can be made again at any time.

    What it says was settled when it was asked for: entries that come later are not in it.
    """

    id = models.TextField(primary_key=True, db_collation="C")
    account = models.TextField(db_collation="C")
    number = models.IntegerField(default=0)
    """Legal sequence number; 0 of an extract."""
    since = models.DateField()
    until = models.DateField()
    format = models.TextField(db_collation="C")
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    count = models.BigIntegerField()
    """Of its lines."""
    next_entry = models.BigIntegerField()
    """No entry before this one is missing in the parts."""
    last_entry = models.BigIntegerField()
    state = models.TextField(db_collation="C")
    done = models.BigIntegerField(default=0)
    """Lines that are in the parts."""
    balance = models.BigIntegerField()
    """After those lines."""
    parts = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0)
    """Bytes of all parts so far, as they are handed out."""
    asked_by = models.TextField(db_collation="C")
    tell = models.TextField(default="", blank=True, db_collation="C")
    """The customer who is told when it is ready; empty when staff asked."""
    asked_at = models.DateTimeField()
    advanced_at = models.DateTimeField()
    """When a worker last took it up: who waits longest is next."""
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        """Asked for twice it is made once."""

        db_table = "statement_file"
        indexes = (
            models.Index(
                fields=["advanced_at"], condition=models.Q(state="preparing"), name="statement_file_waiting"
            ),
            models.Index(fields=["expires_at"], name="statement_file_expiring"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["account", "since", "until", "number", "format", "count"], name="statement_file_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=FILE_STATES), name="statement_file_state_known"
            ),
        )

    @property
    def progress(self) -> int:
        """Percent."""
        return 100 if self.state == "ready" else int(99 * self.done // max(self.count, 1))


class StatementPart(models.Model):
    """So many lines of a file, compressed."""

    pk = models.CompositePrimaryKey("file", "number")
    file = models.TextField(db_collation="C")
    number = models.IntegerField()
    content = models.BinaryField()
    """zlib"""

    class Meta:
        """Read one after another."""

        db_table = "statement_part"
