"""The tables every service has: what it says, what it has heard, what it has answered."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    """A fact that happened, written in the transaction that made it true.

    `position` is given by the relay, gapless, in the order rows become visible; until then the
    event is not published and not in the feed.
    """

    id = models.BigAutoField(primary_key=True)
    position = models.BigIntegerField(null=True)
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
            models.Index(fields=["id"], name="outbox_unpublished", condition=models.Q(position__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["position"],
                name="outbox_position_once",
                condition=models.Q(position__isnull=False),
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
            models.UniqueConstraint(fields=["principal", "route", "key"], name="idempotency_key_once"),
        )


class AuditEntry(models.Model):
    """Who did what, or was not let; append-only, linked (see kernel/audit.py)."""

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField(db_collation="C")
    role = models.TextField(db_collation="C")
    action = models.TextField(db_collation="C")
    subject = models.TextField(db_collation="C")
    outcome = models.TextField(db_collation="C")
    code = models.TextField(db_collation="C")
    address = models.TextField(db_collation="C")
    request_id = models.TextField(db_collation="C")
    details = models.TextField()
    hash = models.BinaryField()

    class Meta:
        """Searched by who, by whom it concerned, and by time."""

        db_table = "audit_entry"
        indexes = (
            models.Index(fields=["actor", "-position"], name="audit_by_actor"),
            models.Index(fields=["subject", "-position"], name="audit_by_subject"),
            models.Index(fields=["at"], name="audit_by_time"),
        )


class Proposal(models.Model):
    """An action that waits for a second person (see kernel/proposals.py)."""

    id = models.TextField(primary_key=True, db_collation="C")
    action = models.TextField(db_collation="C")
    body = models.TextField()
    subject = models.TextField(db_collation="C")
    reason = models.TextField()
    proposed_by = models.TextField(db_collation="C")
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    status = models.TextField(db_collation="C")
    decided_by = models.TextField(db_collation="C", default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="", blank=True)
    executed_at = models.DateTimeField(null=True)
    result = models.TextField(null=True)  # noqa: DJ001 - none and empty differ

    class Meta:
        """Nobody approves what they proposed, whatever the code above says."""

        db_table = "proposal"
        indexes = (models.Index(fields=["status", "action", "-id"], name="proposal_queue"),)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("proposed_by")), name="proposal_takes_two"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "approved", "rejected", "withdrawn"]),
                name="proposal_status_known",
            ),
        )
