"""Support tickets and what was said in them."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.tickets import PRIORITIES, STATUSES, SUBJECTS


class Ticket(models.Model):
    """Something a customer asks or complains about; changed only while its row is locked."""

    id = models.TextField(primary_key=True, db_collation="C")
    customer = models.TextField(db_collation="C")
    """Person id."""
    subject = models.TextField(db_collation="C")
    complaint = models.BooleanField()
    title = models.TextField()
    account = models.TextField(default="", blank=True, db_collation="C")
    """Ids of what it is about; empty where it is not."""
    payment = models.TextField(default="", blank=True, db_collation="C")
    card = models.TextField(default="", blank=True, db_collation="C")
    loan = models.TextField(default="", blank=True, db_collation="C")
    status = models.TextField(db_collation="C")
    priority = models.TextField(db_collation="C")
    assignee = models.TextField(default="", blank=True, db_collation="C")
    """Person id; empty while nobody has it."""
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    respond_by = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    """When somebody of the bank first answered."""
    resolve_by = models.DateTimeField()
    waited_s = models.IntegerField(default=0)
    """Working seconds spent waiting for the customer: these do not count."""
    waiting_since = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(default="", blank=True, db_collation="C")
    remarks = models.TextField(default="", blank=True)
    """What resolved it, as the customer reads it."""

    class Meta:
        """A customer finds their own, the desk what is open by when it is due."""

        db_table = "ticket"
        indexes = (
            models.Index(fields=["customer", "id"], name="ticket_of_customer"),
            models.Index(fields=["assignee", "id"], name="ticket_of_assignee"),
            models.Index(
                fields=["resolve_by", "id"],
                name="ticket_open_due",
                condition=models.Q(status__in=("new", "open", "waiting")),
            ),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="ticket_status_known"),
            models.CheckConstraint(condition=models.Q(subject__in=SUBJECTS), name="ticket_subject_known"),
            models.CheckConstraint(condition=models.Q(priority__in=PRIORITIES), name="ticket_priority_known"),
        )


class TicketMessage(models.Model):
    """What somebody wrote in a ticket. Never changed."""

    id = models.TextField(primary_key=True, db_collation="C")
    ticket = models.ForeignKey(Ticket, models.PROTECT, db_column="ticket", related_name="messages")
    author = models.TextField(db_collation="C")
    """Person id."""
    by_staff = models.BooleanField()
    internal = models.BooleanField()
    """Between members of staff; the customer does not see it."""
    body = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        """Read by ticket, in order."""

        db_table = "ticket_message"
        indexes = (models.Index(fields=["ticket", "id"], name="ticket_message_of_ticket"),)
