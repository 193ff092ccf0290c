"""Throwing away what has run out: counters nobody touched, revocations, unanswered challenges."""

from __future__ import annotations

from datetime import timedelta

from arhan.identity.store import challenges, revocations, secrets, throttle
from arhan.kernel import clock
from arhan.kernel.database import django_transaction

COUNTERS_KEPT = timedelta(days=2)
"""Longer than any counter remembers."""


def sweep() -> int:
    """Delete what cannot matter any more; how many rows."""
    now = clock.now()
    with django_transaction():
        counters = throttle.delete_older_than(now - COUNTERS_KEPT)
        ended = secrets.delete_expired(now - COUNTERS_KEPT)
        return counters + ended + revocations.delete_expired(now) + challenges.sweep(now)
