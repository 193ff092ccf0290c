"""Interest of a period, exact until it is rounded once to the minor unit.

Rates are per cent a year and exact decimals; a day count gives an exact part of a year; so interest is
an exact quotient. Nothing here is a float, and nothing is rounded before the end of the period.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from arhan.account.loans.daycount import DAYS_IN_YEAR, calendar_years, part_in_years, period_in_years
from arhan.account.loans.periods import MONTHS_IN_YEAR
from arhan.account.loans.terms import DayCount, PeriodUnit, Rounding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from arhan.account.loans.periods import InstalmentPeriod, Periods
    from arhan.account.loans.terms import LoanTerms


class Interest(NamedTuple):
    """Interest of a period, ready to be rounded with one division.

    What is due on an amount is the floor of (`per_unit` x amount + `constant`) / `denominator`: everything
    is doubled, and the constant is half a minor unit ahead; where nothing remains of the division, the
    exact interest was half way between two units.
    """

    per_unit: int
    constant: int
    denominator: int

    @classmethod
    def of(cls, per_unit: Fraction, constant: Fraction = Fraction(0)) -> Interest:
        """Interest per unit of what bears interest when the period starts, and besides."""
        one = per_unit.denominator * constant.denominator
        return cls(
            2 * per_unit.numerator * constant.denominator,
            2 * constant.numerator * per_unit.denominator + one,
            2 * one,
        )

    def on(self, amount: int, rounding: Rounding) -> int:
        """The interest on an amount, rounded to the minor unit."""
        interest, rest = divmod(self.per_unit * amount + self.constant, self.denominator)
        if not rest and interest & 1 and rounding is Rounding.HALF_EVEN:
            return interest - 1
        return interest

    def shared(self, amount: int, principal: int) -> Interest:
        """The interest on an amount, as interest on each unit of the principal there is at the period's end."""
        exact = Fraction(
            2 * (self.per_unit * amount + self.constant) - self.denominator, 2 * self.denominator
        )
        return Interest.of(exact / principal)


class Piece(NamedTuple):
    """Days of a period during which neither what bears interest nor the rate changes."""

    starts_on: date
    ends_on: date
    annual_rate_percent: Decimal
    raised: int
    """By how much more bears interest than when the period started; less, below zero."""


NONE = Interest(0, 1, 2)


def whole_periods(
    terms: LoanTerms, periods: Periods, first: int, annual_rate_percent: Decimal
) -> list[Interest]:
    """Interest of every period from that index on, should nothing happen in it."""
    years = _years_of(terms, periods, first)
    rate, parts = annual_rate_percent.as_integer_ratio()
    rate, parts = 2 * rate, 100 * parts
    known = {(part, of): Interest(rate * part, parts * of, 2 * parts * of) for part, of in set(years)}
    return list(map(known.__getitem__, years))


def _years_of(terms: LoanTerms, periods: Periods, first: int) -> list[tuple[int, int]]:
    """The part of a year of every period from that index on."""
    if counts_whole_months(terms):
        years = [(terms.period.every, MONTHS_IN_YEAR)] * (len(periods) - first)
        if first == 0 and periods.stub:
            years[0] = period_in_years(terms, periods[0])
        return years
    between = zip(periods.starts_on[first:], periods.due_on[first:], strict=True)
    if terms.day_count is DayCount.ACTUAL_ACTUAL:
        return [calendar_years(start, due) for start, due in between]
    of = DAYS_IN_YEAR[terms.day_count]
    return [((due - start).days, of) for start, due in between]


def split_period(terms: LoanTerms, period: InstalmentPeriod, pieces: Sequence[Piece]) -> Interest:
    """Interest of a period that is split where the rate or what bears interest changes."""
    per_unit, constant = Fraction(0), Fraction(0)
    for piece in pieces:
        years = Fraction(*part_in_years(terms, period, piece.starts_on, piece.ends_on))
        factor = years * Fraction(piece.annual_rate_percent) / 100
        per_unit += factor
        constant += factor * piece.raised
    return Interest.of(per_unit, constant)


def counts_whole_months(terms: LoanTerms) -> bool:
    """Whether all whole periods bear the same interest, however many days they have."""
    return terms.day_count is DayCount.THIRTY_360 and terms.period.unit is PeriodUnit.MONTHS
