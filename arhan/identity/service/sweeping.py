"""Throwing away what has run out: counters nobody touched, revocations, unanswered challenges."""

from __future__ import annotations

from datetime import timedelta

from arhan.identity.store import challenges, notices, revocations, secrets, throttle
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.ids import first_id

COUNTERS_KEPT = timedelta(days=2)
"""Longer than any counter remembers."""
NOTICES_KEPT = timedelta(days=400)
"""What somebody was told a year and a month ago they need not be able to read again here."""


def sweep() -> int:
    """Delete what cannot matter any more; how many rows."""
    now = clock.now()
    with django_transaction():
        counters = throttle.delete_older_than(now - COUNTERS_KEPT)
        ended = secrets.delete_expired(now - COUNTERS_KEPT)
        told = notices.delete_older_than(first_id("ntf", now - NOTICES_KEPT))
        return told + counters + ended + revocations.delete_expired(now) + challenges.sweep(now)
