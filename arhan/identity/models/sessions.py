"""Sessions and the refresh tokens that keep them alive."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.devices import Device
from arhan.identity.models.people import Person


class Session(models.Model):
    """One login; all its tokens die with it. The family of its refresh tokens."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True)
    methods = models.JSONField()
    """How the person proved who they are, RFC 8176 names."""
    address = models.TextField()
    user_agent = models.TextField()
    signed_in_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """The absolute end, whatever happens."""
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", blank=True)

    class Meta:
        """Listed per person, newest first."""

        db_table = "session"
        indexes = (models.Index(fields=["person", "-signed_in_at"], name="session_of_person"),)


class Revocation(models.Model):
    """No access token of this session is good any more; by `until` the last has expired anyway."""

    id = models.BigAutoField(primary_key=True)
    session = models.TextField(db_collation="C")
    until = models.DateTimeField()

    class Meta:
        """Read by every process all the time, in id order, which is also the order of commits."""

        db_table = "revocation"
        indexes = (models.Index(fields=["until"], name="revocation_by_end"),)


class RefreshToken(models.Model):
    """A refresh token as its SHA-256; used once, then a new one follows."""

    token_hash = models.BinaryField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """256 random bits need no salt."""

        db_table = "refresh_token"
