"""Second factors: authenticator apps and recovery codes."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person


class Authenticator(models.Model):
    """Somebody's authenticator app (TOTP); its secret is encrypted under ENCRYPTION_KEY."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    secret = models.BinaryField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    """Set once the person has shown a code; before that it proves nothing."""
    last_step = models.BigIntegerField(default=0)
    """The time step of the last code taken: a code is good once (RFC 6238 section 5.2)."""

    class Meta:
        """One per person."""

        db_table = "authenticator"


class RecoveryCode(models.Model):
    """A single-use code for the day the authenticator is lost, as its SHA-256 (80 random bits)."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    code_hash = models.BinaryField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Ten per person at most."""

        db_table = "recovery_code"
        constraints = (models.UniqueConstraint(fields=["person", "code_hash"], name="recovery_code_once"),)
