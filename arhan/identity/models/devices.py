"""Devices people sign in with."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person


class Device(models.Model):
    """A browser or app a person has signed in with; known again by a token it keeps."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    token_hash = models.BinaryField(unique=True)
    name = models.TextField()
    user_agent = models.TextField()
    network = models.TextField()
    """Where it was last seen; with the user agent a weaker way to know it again."""
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    trusted_from = models.DateTimeField()
    """Until then it may move less than usual."""

    class Meta:
        """Listed per person, newest first."""

        db_table = "device"
        indexes = (models.Index(fields=["person", "-last_seen_at"], name="device_of_person"),)
