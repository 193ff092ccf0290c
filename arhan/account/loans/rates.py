"""The rates a quote discloses. Floats, for they solve an equation; amounts never are.

Both weigh every advance against every payment, dated as scheduled, and are found by the same search.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from arhan.account.loans.periods import MONTHS_IN_YEAR, add_months, instalment_periods
from arhan.account.loans.terms import PeriodUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from arhan.account.loans.periods import Periods
    from arhan.account.loans.schedule import Schedule
    from arhan.account.loans.terms import LoanTerms, Period

Flow = tuple[Fraction, int]
"""When, in unit-periods (or years) from the first advance, and how much: advances positive, payments negative."""

DAYS_IN_YEAR, DAYS_IN_WEEK, WEEKS_IN_YEAR, DAYS_IN_MONTH = 365, 7, 52, 30
FOUR_DECIMALS = Decimal("0.0001")
STEPS, TINY = 200, 1e-13


def apr_percent(schedule: Schedule) -> Decimal:
    """Annual percentage rate, actuarial method: United States Regulation Z, Appendix J to 12 CFR 1026.

    Per cent a year with four decimals. The unit-period is the instalment period (a year at most; of a
    single payment, the term); months are alike; odd days are thirtieths of a month.
    """
    unit, position = _positions(schedule, instalment_periods(schedule.terms))
    rate = actuarial_rate([(position(on), amount) for on, amount in cash_flows(schedule)])
    return _percent(rate * float(unit.in_a_year))


def effective_rate_percent(schedule: Schedule) -> Decimal:
    """Annual percentage rate of charge: Directive 2008/48/EC, Annex I, with years of 365 days.

    Per cent a year with four decimals, compounded; what a saver would have to be offered to do as well.
    """
    start = schedule.terms.disbursed_on
    flows = [(Fraction((on - start).days, DAYS_IN_YEAR), amount) for on, amount in cash_flows(schedule)]
    return _percent(annual_rate(flows))


def cash_flows(schedule: Schedule) -> list[tuple[date, int]]:
    """What the customer receives (positive) and pays (negative), when."""
    received = [(d.on, d.amount) for d in schedule.terms.disbursements]
    return received + [(row.due_on, -row.due) for row in schedule.rows if row.due]


def actuarial_rate(flows: Sequence[Flow]) -> float:
    """The rate of a unit-period at which advances and payments balance (Appendix J, equation (b)(8)).

    Whole unit-periods compound; the fraction before them bears simple interest.
    """
    split = [(int(when), float(when - int(when)), float(amount)) for when, amount in flows]

    def worth(rate: float) -> tuple[float, float]:
        log, grown = math.log1p(rate), 1 + rate
        value = slope = 0.0
        for whole, part, amount in split:
            now = amount * math.exp(-whole * log) / (1 + part * rate)
            value += now
            slope -= now * (whole / grown + part / (1 + part * rate))
        return value, slope

    return _root(worth)


def annual_rate(flows: Sequence[Flow]) -> float:
    """The yearly compounded rate at which advances and payments balance (Annex I, the basic equation)."""
    dated = [(float(when), float(amount)) for when, amount in flows]

    def worth(log: float) -> tuple[float, float]:
        value = slope = 0.0
        for when, amount in dated:
            now = amount * math.exp(-when * log)
            value += now
            slope -= now * when
        return value, slope

    return math.expm1(_root(worth))


def _root(worth: Callable[[float], tuple[float, float]]) -> float:
    """Where the worth of the flows turns from negative to positive; 0 where nothing is paid for the loan.

    Newton's method from 0, where the worth of a loan is least; inside a bracket, should it ever step out.
    """
    rate, low, high = 0.0, 0.0, math.inf
    value, slope = worth(rate)
    if value >= 0:
        return 0.0
    for _ in range(STEPS):
        step = rate - value / slope if slope > 0 else high
        if not low < step < high:
            step = (low + high) / 2 if high < math.inf else 2 * rate + TINY
        if abs(step - rate) <= TINY * (1 + rate):
            break
        rate = step
        value, slope = worth(rate)
        if value < 0:
            low = rate
        else:
            high = rate
    return rate


def _percent(rate: float) -> Decimal:
    """As disclosed: per cent, four decimals, halves up (Annex I, remark (d))."""
    return Decimal(rate * 100).quantize(FOUR_DECIMALS, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """The period that interest is compounded by, counted in months or in days (Appendix J (b)(4) and (5))."""

    in_a_year: Fraction
    months: int = 0
    days: int = 0

    def between(self, start: date, end: date) -> Fraction:
        """Unit-periods between two dates: months measured back from the later, odd days thirtieths."""
        if not self.months:
            return Fraction((end - start).days, self.days)
        months, days = months_back(start, end)
        return Fraction(DAYS_IN_MONTH * months + days, DAYS_IN_MONTH * self.months)

    def periods(self, period: Period) -> Fraction:
        """Unit-periods in one agreed period; months are alike however many days they have."""
        if period.unit is PeriodUnit.MONTHS:
            return Fraction(period.every, self.months)
        days = DAYS_IN_WEEK if period.unit is PeriodUnit.WEEKS else 1
        return Fraction(period.every * days, self.days)


YEAR_OF_MONTHS = UnitPeriod(Fraction(1), months=MONTHS_IN_YEAR)
YEAR_OF_DAYS = UnitPeriod(Fraction(1), days=DAYS_IN_YEAR)


def unit_period(terms: LoanTerms) -> UnitPeriod:
    """The time between instalments, a year at most."""
    every = terms.period.every
    if terms.period.unit is PeriodUnit.MONTHS:
        if every > MONTHS_IN_YEAR:
            return YEAR_OF_MONTHS
        return UnitPeriod(Fraction(MONTHS_IN_YEAR, every), months=every)
    weeks, odd_days = (every, 0) if terms.period.unit is PeriodUnit.WEEKS else divmod(every, DAYS_IN_WEEK)
    days = weeks * DAYS_IN_WEEK + odd_days
    if days > DAYS_IN_YEAR:
        return YEAR_OF_DAYS
    return UnitPeriod(Fraction(DAYS_IN_YEAR, days) if odd_days else Fraction(WEEKS_IN_YEAR, weeks), days=days)


def single_payment_unit_period(start: date, due: date) -> UnitPeriod:
    """Of one advance and one payment: the term, a year at most; whole months, or days of 365."""
    months, odd_days = months_back(start, due)
    if not odd_days and months <= MONTHS_IN_YEAR:
        return UnitPeriod(Fraction(MONTHS_IN_YEAR, months), months=months)
    days = (due - start).days
    return UnitPeriod(Fraction(DAYS_IN_YEAR, days), days=days) if days <= DAYS_IN_YEAR else YEAR_OF_DAYS


def months_back(start: date, end: date) -> tuple[int, int]:
    """Full months measured back from the end, and the days left between the start and the first of them."""
    months = (end.year - start.year) * MONTHS_IN_YEAR + end.month - start.month
    if add_months(end, -months) < start:
        months -= 1
    return months, (add_months(end, -months) - start).days


def _positions(schedule: Schedule, periods: Periods) -> tuple[UnitPeriod, Callable[[date], Fraction]]:
    """The unit-period, and how many of it pass from the first advance to a date."""
    terms = schedule.terms
    if len(schedule.rows) == len(terms.disbursements) == 1:
        unit = single_payment_unit_period(periods.starts_on[0], periods.due_on[0])
        return unit, lambda on: unit.between(periods.starts_on[0], on)
    unit = unit_period(terms)
    regular = unit.periods(terms.period)
    first = unit.between(periods.starts_on[0], periods.due_on[0]) if periods.stub else regular

    def position(on: date) -> Fraction:
        index = periods.index_of(on)
        start = first + regular * (index - 1) if index else Fraction(0)
        since = periods.due_on[index - 1] if index else periods.starts_on[0]
        return start if on == since else start + unit.between(since, on)

    return unit, position
