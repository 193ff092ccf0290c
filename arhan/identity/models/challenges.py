"""Step-up challenges, passkeys, and what a passkey is asked to sign."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person
from arhan.identity.models.sessions import Session


class Challenge(models.Model):
    """A person is to confirm one act: this action, this amount, this payee, nothing else."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    session = models.ForeignKey(Session, on_delete=models.CASCADE)
    audience = models.TextField(db_collation="C")
    """The service that will check the proof."""
    action = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    payee = models.TextField()
    reference = models.TextField(db_collation="C")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failures = models.SmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """Swept when long expired."""

        db_table = "challenge"
        indexes = (models.Index(fields=["expires_at"], name="challenge_by_end"),)


class Passkey(models.Model):
    """A key pair whose private half never leaves somebody's device (WebAuthn)."""

    credential_id = models.BinaryField(primary_key=True)
    id = models.TextField(db_collation="C", unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    """Where the device counts, a smaller number than before means that the key was copied."""
    name = models.TextField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        """Several per person."""

        db_table = "passkey"
        indexes = (models.Index(fields=["person"], name="passkey_of_person"),)


class PasskeyRequest(models.Model):
    """Random bytes a passkey is asked to sign, once, within minutes."""

    challenge = models.BinaryField(primary_key=True)
    purpose = models.TextField(db_collation="C")
    """`register`, `sign_in`, or the id of a step-up challenge."""
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True)
    """Empty for a login: the passkey says who it is."""
    expires_at = models.DateTimeField()

    class Meta:
        """Deleted when answered, swept when expired."""

        db_table = "passkey_request"
