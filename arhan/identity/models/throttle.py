"""Wrong guesses, counted where every process sees them."""

from __future__ import annotations

from django.db import models


class Guesses(models.Model):
    """Failures in a row under one key (a kind and a hash), and until when the next must wait."""

    key = models.TextField(primary_key=True, db_collation="C")
    failures = models.IntegerField()
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField()

    class Meta:
        """Old rows are swept."""

        db_table = "guesses"
        indexes = (models.Index(fields=["last_at"], name="guesses_by_age"),)
