"""Letters: what the bank writes to people, by mail or by text."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person


class Letter(models.Model):
    """A letter to send, written in the transaction that is the reason for it; holds no secret.

    Links and codes are made when it is sent and are nowhere kept but as hashes.
    """

    id = models.TextField(primary_key=True, db_collation="C")
    kind = models.TextField(db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    """Empty when only a name was given that may be nobody's."""
    address = models.TextField()
    """Mail address or phone number; empty when it is to be found out with the person."""
    values = models.JSONField()
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    """When it went out, or when it turned out that nobody is to have it."""

    class Meta:
        """The unsent ones are few."""

        db_table = "letter"
        indexes = (
            models.Index(
                fields=["next_try_at"], name="letter_unsent", condition=models.Q(sent_at__isnull=True)
            ),
        )


class SentSecret(models.Model):
    """A link or a code that went out in a letter, as a hash; good once and for a while."""

    secret_hash = models.BinaryField(primary_key=True)
    purpose = models.TextField(db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    concerns = models.TextField()
    """The address it proves, or the id of what it belongs to."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Swept when long expired."""

        db_table = "sent_secret"
        indexes = (models.Index(fields=["person", "purpose"], name="sent_secret_of_person"),)


class MailboxItem(models.Model):
    """Where letters end when no mail server is set: a page that staff and developers open."""

    id = models.BigAutoField(primary_key=True)
    address = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        """Newest first, per address."""

        db_table = "mailbox"
        indexes = (models.Index(fields=["address", "-id"], name="mailbox_of_address"),)
