"""Counting tries before they cost anything."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from arhan.identity.domain.throttle import NAME_FROM_ADDRESS, NAME_FROM_STRANGERS, Throttle
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
    with django_transaction():
        counters = store.lock(throttles, now=clock.now())
        now = clock.now()  # read once the counters are ours: before, another try could be "later" than this
        wait = store.longest_wait(counters, now=now)
        if wait is None:
            return max(store.count_failure(each, counters[each.key], now=now) for each in throttles)
    key, pause = wait
    rule = next(each.rule for each in throttles if each.key == key)
    refusal = LOCKED if rule in {NAME_FROM_ADDRESS, NAME_FROM_STRANGERS} else RATE_LIMITED
    raise Refused(refusal, headers={"Retry-After": str(math.ceil(pause.total_seconds()))})


def forgive_try(throttles: Sequence[Throttle], *, succeeded: bool = True) -> None:
    """Take the counted failure back; after a success a name's failures so far are forgotten too."""
    with django_transaction():
        counters = store.lock(throttles, now=clock.now())
        now = clock.now()
        for each in throttles:
            entirely = succeeded and each.cleared_by_success
            store.forgive(counters[each.key], now=now, entirely=entirely)
