"""When a standing order is due: at an interval, on the bank's working days if its payer wants that. Pure.

Each occurrence has two dates: the day it is due by its interval, which names it for ever, and the day
it is paid, which is the same or the nearest working day. A day that a month does not have falls on the
month's last, so the 31st is the last day of every month, and 29 February of other years is the 28th.
"""

from __future__ import annotations

import calendar
from datetime import MAXYEAR, date, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.contracts.calendar import working_day_on_or_after, working_day_on_or_before

if TYPE_CHECKING:
    from collections.abc import Iterator

Frequency = Literal["daily", "weekly", "monthly", "yearly"]
BusinessDays = Literal["as_is", "following", "preceding"]
"""What becomes of a day on which the bank does not work."""

MONTHS = 12
_STEPS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


class Occurrence(msgspec.Struct, frozen=True):
    """One payment of a series."""

    due_date: date
    """By the interval; it names the occurrence, whatever the calendar of holidays becomes."""
    pay_date: date


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """At which interval, from when, until when at the latest."""

    frequency: Frequency
    first_date: date
    last_date: date | None = None
    """No occurrence is due after it."""
    day_of_month: int
    """Of a month's or a year's payment; the others ignore it."""
    business_days: BusinessDays = "as_is"

    def after(self, last: Occurrence | None) -> Occurrence | None:
        """The occurrence that follows this one, or the first; None when there is none.

        Of days that fall on one working day, as a weekend's of a daily payment do, only the first is paid.
        """
        for due in self._days(after=last.due_date if last else None):
            if self.last_date and due > self.last_date:
                return None
            pay_date = self._paid(due)
            if last is None or pay_date > last.pay_date:
                return Occurrence(due, pay_date)
        return None

    def _days(self, *, after: date | None) -> Iterator[date]:
        """Due days in order, from the first one after that day."""
        day = after or self.first_date - timedelta(days=1)
        if step := _STEPS.get(self.frequency):
            day = self.first_date if after is None else after + step
            while day.year < MAXYEAR:
                yield day
                day += step
            return
        months = 1 if self.frequency == "monthly" else MONTHS
        year, month = self.first_date.year, self.first_date.month
        if after is not None:
            passed = (after.year - year) * MONTHS + after.month - month
            year, month = _later(year, month, passed - passed % months)
        while year < MAXYEAR:
            due = _in_month(year, month, self.day_of_month)
            if due > day:
                yield due
            year, month = _later(year, month, months)

    def _paid(self, due: date) -> date:
        if self.business_days == "following":
            return working_day_on_or_after(due)
        if self.business_days == "preceding":
            return working_day_on_or_before(due)
        return due


def _in_month(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _later(year: int, month: int, months: int) -> tuple[int, int]:
    passed = year * MONTHS + month - 1 + months
    return passed // MONTHS, passed % MONTHS + 1
