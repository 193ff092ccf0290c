"""Funds reserved until they are captured, released, or their time runs out."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.book import HOLD_STATUSES


class Hold(models.Model):
    """A hold on one account; changed only while the account's balance row is locked."""

    id = models.TextField(primary_key=True, db_collation="C")
    account = models.TextField(db_collation="C")
    currency = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    status = models.TextField(db_collation="C")
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    counted_on = models.DateField(null=True)
    """The business day against whose limits it counts."""
    card = models.TextField(default="", db_default="", blank=True, db_collation="C")
    """The card it was placed with, if it was one."""

    class Meta:
        """What is open is found by account, and by when it expires."""

        db_table = "hold"
        indexes = (
            models.Index(fields=["account"], name="hold_open_of_account", condition=models.Q(status="open")),
            models.Index(fields=["expires_at"], name="hold_open_expiring", condition=models.Q(status="open")),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=HOLD_STATUSES), name="hold_status_known"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="hold_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0, remaining__lte=models.F("amount")),
                name="hold_remaining_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", remaining__gt=0) | models.Q(remaining=0),
                name="hold_ended_reserves_nothing",
            ),
        )
