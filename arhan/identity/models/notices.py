"""Notices: what people were told, and how they want to be told."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person


class Notification(models.Model):
    """Something one person was told, once per cause."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    """Looked up in the same transaction and never deleted, so the database need not look again: two
    are written per payment."""
    cause = models.TextField(db_collation="C")
    kind = models.TextField(db_collation="C")
    subject = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    state = models.TextField()
    name = models.TextField()
    due_on = models.TextField(db_collation="C")
    shown = models.BooleanField()
    """Whether the person wanted it in the portal; kept all the same, so that it is not told anew."""
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by person, newest first; the unread ones are few."""

        db_table = "notification"
        constraints = (models.UniqueConstraint(fields=["person", "cause"], name="notification_once"),)
        indexes = (
            models.Index(fields=["person", "-id"], name="notification_of_person"),
            models.Index(
                fields=["person"],
                name="notification_unread",
                condition=models.Q(shown=True, read_at__isnull=True),
            ),
        )


class NotificationChoice(models.Model):
    """How somebody wants to be told about a topic, where they chose."""

    pk = models.CompositePrimaryKey("person_id", "topic")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    topic = models.TextField(db_collation="C")
    in_app = models.BooleanField()
    email = models.BooleanField()

    class Meta:
        """A row per person and topic."""

        db_table = "notification_choice"
