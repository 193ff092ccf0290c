"""Counting tries before they cost anything."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from arhan.identity.domain.throttle import NAME_FROM_ADDRESS, NAME_FROM_STRANGERS, Throttle, ThrottleRule
from arhan.identity.errors import LOCKED
from arhan.identity.store import throttle as store
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import RATE_LIMITED, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


def count_try(throttles: Sequence[Throttle]) -> timedelta:
    """Count a try as a failure before it is made; how long the next must wait if it fails.

    Counted ahead, guesses sent at once gain nothing. Committed by itself. Refused(locked), or
    Refused(rate_limited) when it is an address that has to wait; a try refused so is not counted,
    so nobody can be kept waiting for ever.
    """
    refuse_if_paused(throttles)
    with django_transaction():
        counters = store.lock(throttles, now=clock.now())
        now = clock.now()  # read once the counters are ours: before, another try could be "later" than this
        wait = store.longest_wait(counters, now=now)
        if wait is None:
            return max(store.count_failure(each, counters[each.key], now=now) for each in throttles)
    key, pause = wait
    _pauses.note(key, until=now + pause)
    raise _refused(next(each.rule for each in throttles if each.key == key), pause)


def refuse_if_paused(throttles: Sequence[Throttle]) -> None:
    """Refused as by `count_try` when this process has just seen that somebody has to wait.

    A flood of guesses costs the database one look a second, whoever sends it.
    """
    now = clock.now()
    waits = [(until - now, each.rule) for each in throttles if (until := _pauses.until(each.key)) > now]
    if waits:
        pause, rule = max(waits, key=lambda wait: wait[0])
        raise _refused(rule, pause)


def _refused(rule: ThrottleRule, pause: timedelta) -> Refused:
    refusal = LOCKED if rule in {NAME_FROM_ADDRESS, NAME_FROM_STRANGERS} else RATE_LIMITED
    return Refused(refusal, headers={"Retry-After": str(math.ceil(pause.total_seconds()))})


class _Pauses:
    """Who has to wait, as the database said a moment ago; believed for a second, for others forgive too."""

    BELIEVED_S = 1.0
    MOST = 10_000

    def __init__(self) -> None:
        self._seen: dict[str, tuple[datetime, float]] = {}

    def note(self, key: str, *, until: datetime) -> None:
        if len(self._seen) >= self.MOST:
            self._seen.clear()
        self._seen[key] = until, time.monotonic() + self.BELIEVED_S

    def until(self, key: str) -> datetime:
        until, believed_until = self._seen.get(key, _NEVER)
        return until if time.monotonic() < believed_until else _NEVER[0]

    def forget(self, key: str) -> None:
        self._seen.pop(key, None)


_NEVER = (datetime.min.replace(tzinfo=UTC), 0.0)
_pauses = _Pauses()


def forgive_try(throttles: Sequence[Throttle], *, succeeded: bool = True) -> None:
    """Take the counted failure back; after a success a name's failures so far are forgotten too."""
    with django_transaction():
        counters = store.lock(throttles, now=clock.now())
        now = clock.now()
        for each in throttles:
            _pauses.forget(each.key)
            entirely = succeeded and each.cleared_by_success
            store.forgive(counters[each.key], now=now, entirely=entirely)
