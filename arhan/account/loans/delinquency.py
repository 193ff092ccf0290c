"""How late a loan is: days past due, and the bucket they put it in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from arhan.account.loans.allocation import Unpaid


class Bucket(StrEnum):
    """How lateness is reported."""

    CURRENT = "current"
    UP_TO_30 = "1-30"
    UP_TO_60 = "31-60"
    UP_TO_90 = "61-90"
    OVER_90 = "90+"


UPPER_ENDS = ((0, Bucket.CURRENT), (30, Bucket.UP_TO_30), (60, Bucket.UP_TO_60), (90, Bucket.UP_TO_90))


class Pause(NamedTuple):
    """Days, both included, that do not count as late: agreed with a customer in trouble."""

    starts_on: date
    ends_on: date


def days_past_due(
    *, unpaid: Iterable[Unpaid], on: date, grace_days: int = 0, pauses: Iterable[Pause] = ()
) -> int:
    """Days since the oldest instalment that is not fully paid was due, less the days of grace.

    The due date itself is not late. Days of a pause do not count.
    """
    late = [owed.due_on for owed in unpaid if owed.total > 0 and owed.due_on < on]
    if not late:
        return 0
    due_on = min(late)
    days = (on - due_on).days - _paused_days(due_on, on, pauses)
    return max(days - grace_days, 0)


def bucket(days: int) -> Bucket:
    """The bucket so many days past due belong in."""
    return next((name for upper_end, name in UPPER_ENDS if days <= upper_end), Bucket.OVER_90)


def _paused_days(due_on: date, on: date, pauses: Iterable[Pause]) -> int:
    """Days after the due date, up to today, that are in a pause; overlapping pauses count once."""
    paused, counted_to = 0, due_on.toordinal()
    for pause in sorted(pauses):
        first = max(pause.starts_on.toordinal(), counted_to + 1)
        last = min(pause.ends_on.toordinal(), on.toordinal())
        paused += max(last - first + 1, 0)
        counted_to = max(counted_to, last)
    return paused
