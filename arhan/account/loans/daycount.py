"""Day counts: which part of a year interest is due for, as an exact quotient of integers."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from arhan.account.loans.periods import MONTHS_IN_YEAR, add_months
from arhan.account.loans.terms import DayCount, PeriodUnit

if TYPE_CHECKING:
    from arhan.account.loans.periods import InstalmentPeriod
    from arhan.account.loans.terms import LoanTerms

DAYS_IN_YEAR = {
    DayCount.THIRTY_360: 360,
    DayCount.ACTUAL_360: 360,
    DayCount.ACTUAL_364: 364,
    DayCount.ACTUAL_365: 365,
}


def period_in_years(terms: LoanTerms, period: InstalmentPeriod) -> tuple[int, int]:
    """The part of a year, numerator and denominator, that a whole instalment period counts for.

    Under 30/360 n months are 30n days; a stub counts its whole months and the share of the month it
    breaks off in (15 January to 1 February: 17/31 of 30 days), as Apache Fineract does.
    """
    if terms.day_count is not DayCount.THIRTY_360 or terms.period.unit is not PeriodUnit.MONTHS:
        return actual_in_years(terms.day_count, period.starts_on, period.due_on)
    if period.regular:
        return terms.period.every, MONTHS_IN_YEAR
    return (months_between(period.starts_on, period.due_on) / MONTHS_IN_YEAR).as_integer_ratio()


def part_in_years(terms: LoanTerms, period: InstalmentPeriod, start: date, end: date) -> tuple[int, int]:
    """The part of a year that the days from start to end, all in one instalment period, count for.

    Under 30/360 the days of a period share its 30 days a month equally.
    """
    if terms.day_count is not DayCount.THIRTY_360:
        return actual_in_years(terms.day_count, start, end)
    numerator, denominator = period_in_years(terms, period)
    return numerator * (end - start).days, denominator * (period.due_on - period.starts_on).days


def actual_in_years(day_count: DayCount, start: date, end: date) -> tuple[int, int]:
    """Actual days from start to end over the days of the year, as the convention counts those."""
    if day_count is DayCount.ACTUAL_ACTUAL:
        return calendar_years(start, end)
    return (end - start).days, DAYS_IN_YEAR[day_count]


def calendar_years(start: date, end: date) -> tuple[int, int]:
    """Days over the length of the calendar year they fall in.

    A day's interest is earned at its end: the night from 31 December to 1 January counts to the new
    year. That is Apache Fineract's rule (5,000.00 at 9.99 % from 2023-11-13 over six months:
    857.71 x 5, 857.73); ISDA's counts that night to the old year.
    """
    if start.year == end.year:
        return (end - start).days, days_in(start.year)
    years = Fraction(0)
    for year in range(start.year, end.year):
        until = date(year, 12, 31)
        years += Fraction((until - start).days, days_in(year))
        start = until
    return (years + Fraction((end - start).days, days_in(end.year))).as_integer_ratio()


def days_in(year: int) -> int:
    """Length of the calendar year."""
    return 366 if calendar.isleap(year) else 365


def months_between(start: date, end: date) -> Fraction:
    """Whole months from the start, and the share of the next month that the remaining days are."""
    whole = (end.year - start.year) * MONTHS_IN_YEAR + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    reached = add_months(start, whole)
    month = add_months(start, whole + 1) - reached
    return whole + Fraction((end - reached).days, month.days)
