"""Guess counters, as rows shared by every process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.domain.throttle import Throttle, pause_after, remembered_failures
from arhan.identity.models import Guesses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta


def lock(throttles: Sequence[Throttle], *, now: datetime) -> dict[str, Guesses]:
    """The counters of these throttles, made where missing, locked in key order."""
    keys = sorted(throttle.key for throttle in throttles)
    fresh = [Guesses(key=key, failures=0, last_at=now, blocked_until=now) for key in keys]
    Guesses.objects.bulk_create(fresh, ignore_conflicts=True)
    rows = Guesses.objects.select_for_update(no_key=True).filter(key__in=keys).order_by("key")
    return {row.key: row for row in rows}


def longest_wait(found: dict[str, Guesses], *, now: datetime) -> tuple[str, timedelta] | None:
    """The counter that makes the caller wait longest, and how long; None when nobody has to wait."""
    waits = [(row.blocked_until - now, key) for key, row in found.items() if row.blocked_until > now]
    if not waits:
        return None
    wait, key = max(waits)
    return key, wait


def count_failure(throttle: Throttle, row: Guesses, *, now: datetime) -> timedelta:
    """One more failure; the pause that follows it."""
    row.failures = 1 + remembered_failures(throttle.rule, failures=row.failures, last_at=row.last_at, now=now)
    row.last_at = now
    row.blocked_until = now + pause_after(throttle.rule, row.failures)
    row.save(update_fields=["failures", "last_at", "blocked_until"])
    return row.blocked_until - now


def forgive(row: Guesses, *, now: datetime, entirely: bool) -> None:
    """Take back the failure counted ahead of a try that did not fail, or all failures so far."""
    row.failures = 0 if entirely else max(0, row.failures - 1)
    row.blocked_until = now
    row.save(update_fields=["failures", "blocked_until"])


def delete_older_than(moment: datetime) -> int:
    """Sweep counters nobody has touched since; how many."""
    deleted, _ = Guesses.objects.filter(last_at__lt=moment).delete()
    return deleted
