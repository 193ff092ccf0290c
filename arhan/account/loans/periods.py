"""Due dates: periods of days, weeks or months from the day the money was handed out."""

from __future__ import annotations

import calendar
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from arhan.account.loans.terms import MonthEnd, PeriodUnit

if TYPE_CHECKING:
    from arhan.account.loans.terms import LoanTerms

MONTHS_IN_YEAR = 12
DAYS_EVERY_MONTH_HAS = 28


class InstalmentPeriod(NamedTuple):
    """The days whose interest one instalment carries: from `starts_on` to the day before `due_on`."""

    starts_on: date
    due_on: date
    regular: bool
    """Whether it is exactly one agreed period long; only the first of a loan may not be."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The instalment periods of a loan, oldest first."""

    starts_on: list[date]
    due_on: list[date]
    stub: bool
    """Whether the first is shorter or longer than the others."""

    def __len__(self) -> int:
        """How many instalments there are."""
        return len(self.due_on)

    def __getitem__(self, index: int) -> InstalmentPeriod:
        """The period of that instalment."""
        return InstalmentPeriod(self.starts_on[index], self.due_on[index], index > 0 or not self.stub)

    def index_of(self, day: date) -> int:
        """The period a day belongs to; a due date belongs to the period that begins there."""
        return bisect_right(self.due_on, day)


def instalment_periods(terms: LoanTerms) -> Periods:
    """The periods between the due dates, the first from the day of the first disbursement."""
    due = due_dates(terms)
    return Periods([terms.disbursed_on, *due[:-1]], due, has_stub(terms))


def has_stub(terms: LoanTerms) -> bool:
    """Whether the first due date is another than the regular one."""
    first = terms.first_due_on
    return first is not None and first != due_dates_from(terms, terms.disbursed_on, 1, 1)[0]


def due_dates(terms: LoanTerms) -> list[date]:
    """Every due date, oldest first."""
    if terms.first_due_on is not None and has_stub(terms):
        return due_dates_from(terms, terms.first_due_on, 0, terms.number_of_instalments)
    return due_dates_from(terms, terms.disbursed_on, 1, terms.number_of_instalments)


def due_dates_from(terms: LoanTerms, anchor: date, ahead: int, count: int) -> list[date]:
    """Due dates counted from an anchor, whose day of the month clamped dates return to."""
    every = terms.period.every
    steps = range(ahead * every, (ahead + count) * every, every)
    if terms.period.unit is not PeriodUnit.MONTHS:
        days = 7 if terms.period.unit is PeriodUnit.WEEKS else 1
        return [anchor + timedelta(days=days * step) for step in steps]
    day = terms.due_day or anchor.day
    month = anchor.year * MONTHS_IN_YEAR + anchor.month - 1
    counted = map(divmod, range(month + steps.start, month + steps.stop, every), repeat(MONTHS_IN_YEAR))
    if day <= DAYS_EVERY_MONTH_HAS:
        return [date(year, month + 1, day) for year, month in counted]
    return [day_of_month(year, month + 1, day, terms.month_end) for year, month in counted]


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a month that does not have it."""
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    return day_of_month(year, month + 1, day.day, MonthEnd.CLAMP)


def day_of_month(year: int, month: int, day: int, month_end: MonthEnd) -> date:
    """That day of the month, or what the month-end rule makes of one that the month does not have."""
    last = calendar.monthrange(year, month)[1]
    if day <= last:
        return date(year, month, day)
    clamped = date(year, month, last)
    return clamped if month_end is MonthEnd.CLAMP else clamped + timedelta(days=1)
