"""Statements as the bank numbers them: one after another for each account, without a gap."""

from __future__ import annotations

from django.db import models


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
