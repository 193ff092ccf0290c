"""The portal's own tables: who is signed in in which browser, and payments being prepared."""

from __future__ import annotations

from django.db import models


class BrowserSession(models.Model):
    """A browser in which somebody is signed in.

    The cookie holds a random secret, the row its SHA-256; the tokens of the bank's services are
    encrypted under ENCRYPTION_KEY and never leave this service.
    """

    id = models.TextField(primary_key=True, db_collation="C")
    secret_hash = models.BinaryField(unique=True)
    person = models.TextField(db_collation="C")
    username = models.TextField()
    name = models.TextField()
    role = models.TextField()
    tier = models.SmallIntegerField(default=0)
    access_token = models.BinaryField()
    access_expires_at = models.DateTimeField()
    refresh_token = models.BinaryField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        """Found by the cookie's hash; swept by the last request."""

        db_table = "browser_session"
        indexes = (models.Index(fields=["seen_at"], name="browser_session_seen"),)


class Draft(models.Model):
    """Money about to be sent, as its confirmation page shows it; its id is the idempotency key.

    However often the page is submitted, one payment comes of it. A PIN is never kept here.
    """

    class Kind(models.TextChoices):
        """What the confirmation page confirms."""

        TRANSFER = "transfer"
        DEPOSIT = "deposit"

    id = models.TextField(primary_key=True, db_collation="C")
    session = models.ForeignKey(BrowserSession, on_delete=models.CASCADE)
    kind = models.TextField(choices=Kind.choices)
    payer_account = models.TextField(db_collation="C", default="")
    payee_number = models.TextField(db_collation="C")
    payee_name = models.TextField()
    enquiry = models.TextField(db_collation="C", default="")
    """The name enquiry behind that name; goes with the order."""
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    narration = models.TextField(default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    payment = models.TextField(db_collation="C", default="")
    """The payment that came of it, once the bank has answered."""

    class Meta:
        """Amounts are positive; the database says so too."""

        db_table = "draft"
        constraints = (
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="draft_amount_positive"),
        )
