"""The tables every service has: what it says, what it has heard, what it has answered."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    """A fact that happened, written in the transaction that made it true.

    `position` is given by the relay, gapless, in the order rows become visible; until then the
    event is not published and not in the feed.
    """

    id = models.BigAutoField(primary_key=True)
    position = models.BigIntegerField(null=True, unique=True)
    event_id = models.TextField(db_collation="C")
    type = models.TextField(db_collation="C")
    subject = models.TextField(db_collation="C")
    event_at = models.DateTimeField()
    traceparent = models.TextField(default="", blank=True)
    data = models.TextField()
    """JSON, kept as written: nobody asks the database what is inside."""

    class Meta:
        """Rows without a position are few; the partial index finds them at once."""

        db_table = "outbox"
        indexes = (
            models.Index(
                fields=["id"], name="outbox_unpublished", condition=models.Q(position__isnull=True)
            ),
        )


class InboxCursor(models.Model):
    """How far this service has applied one publisher's events."""

    publisher = models.TextField(primary_key=True, db_collation="C")
    position = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        """One row per publisher."""

        db_table = "inbox_cursor"


class IdempotencyKey(models.Model):
    """The stored answer to one intention of one caller."""

    id = models.BigAutoField(primary_key=True)
    principal = models.TextField(db_collation="C")
    route = models.TextField(db_collation="C")
    key = models.TextField(db_collation="C")
    body_hash = models.BinaryField()
    status = models.SmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        """One answer per caller, route and key."""

        db_table = "idempotency_key"
        constraints = (
            models.UniqueConstraint(
                fields=["principal", "route", "key"], name="idempotency_key_once"
            ),
        )
