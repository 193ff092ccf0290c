"""The keys that sign the bank's tokens."""

from __future__ import annotations

from django.db import models


class SigningKey(models.Model):
    """An Ed25519 key pair; the private part is encrypted under ENCRYPTION_KEY."""

    kid = models.TextField(primary_key=True, db_collation="C")
    public = models.JSONField()
    private = models.BinaryField()
    created_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    """Published before it signs, so that every verifier knows it by then."""
    published_until = models.DateTimeField(null=True)
    """Set when a successor takes over: long enough for its last token to expire."""

    class Meta:
        """Few rows: the present key, the one before, the one after."""

        db_table = "signing_key"
