"""What services prove themselves with."""

from __future__ import annotations

from django.db import models


class ServiceSecret(models.Model):
    """The hash of a secret with which a service asks for tokens; without one the environment's holds."""

    service = models.TextField(db_collation="C")
    hash = models.TextField(primary_key=True, db_collation="C")
    """SHA-256 in hexadecimal; the secret has 256 random bits."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    """Set when a successor is made: long enough for every process to have the new one."""

    class Meta:
        """Few rows: the present secret of each service, and the one before."""

        db_table = "service_secret"
