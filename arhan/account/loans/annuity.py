"""The equal instalment that repays an amount: the annuity formula, rounded once and exactly.

instalment = amount x (1+r1)(1+r2)...(1+rn) / (1 + (1+rn) + (1+rn)(1+rn-1) + ... + (1+rn)...(1+r2))

with r the interest of each period on one unit; periods need not be alike. With equal r it is the
textbook amount x r(1+r)^n / ((1+r)^n - 1). Apache Fineract's progressive schedules use the same formula.
"""

from __future__ import annotations

import math
from math import gcd, lcm
from typing import TYPE_CHECKING

from arhan.account.loans.rounding import divide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.account.loans.interest import Interest
    from arhan.account.loans.terms import Rounding

SCALE = 192
"""Binary digits after the point of the quick calculation; 1,200 periods cost it eleven of them."""

GUARD = 64
"""Binary digits after the point of its result."""

FEWEST_STIFF, STIFFNESS, BEYOND = 24, 4, 100
"""BEYOND is the growth, as a logarithm, that needs no comparing any more."""


def annuity(amount: int, growth: Sequence[Interest], rounding: Rounding) -> int:
    """The equal instalment in minor units, for periods that grow what is owed by so much each."""
    first = growth[0]
    if growth.count(first) == len(growth):
        return _alike(amount, first, len(growth), rounding)
    guarded = _approximate(amount, growth)
    instalment, rest = guarded >> GUARD, guarded & ((1 << GUARD) - 1)
    half = 1 << (GUARD - 1)
    if abs(rest - half) <= 1:
        return _exact(amount, growth, rounding)
    return instalment + (rest > half)


def is_stiff(growth: Sequence[Interest]) -> bool:
    """Whether one unit more in every instalment weighs more than four for each of them in the last.

    Then spreading the last instalment's difference over all cannot bring it nearer, and is not tried: the
    share would have to be less than the unit it is rounded to. Of loans under two years this is never said.
    """
    first = growth[0]
    distinct = {first} if growth.count(first) == len(growth) else set(growth)
    return is_stiff_rate(min(of.per_unit / of.denominator for of in distinct), len(growth))


def is_stiff_rate(least: float, periods: int) -> bool:
    """The same, of as many periods whose interest on one unit is at least that much."""
    if periods < FEWEST_STIFF or least <= 0:
        return False
    grown = periods * math.log1p(least)
    return grown > BEYOND or math.expm1(grown) / least > STIFFNESS * periods


def _alike(amount: int, growth: Interest, periods: int, rounding: Rounding) -> int:
    """Closed form, exact, for periods that are all alike."""
    rate, one = growth.per_unit, growth.denominator
    if rate == 0:
        return divide(amount, periods, rounding)
    common = gcd(rate, one)
    rate, one = rate // common, one // common
    grown, whole = (one + rate) ** periods, one**periods
    return divide(amount * rate * grown, one * (grown - whole), rounding)


def _approximate(amount: int, growth: Sequence[Interest]) -> int:
    """The instalment with GUARD binary digits after the point, wrong by less than the last of them.

    Binary fixed point instead of fractions: ten times as fast over 360 periods that are not alike, and
    only an instalment half way between two units needs the fractions to be told which way to go.
    """
    one = 1 << SCALE
    scaled = {of: (of.per_unit << SCALE) // of.denominator for of in set(growth)}
    rates = [scaled[of] for of in growth]
    grown, sum_of_parts = one + rates[0], one
    for rate in rates[1:]:
        grown += grown * rate >> SCALE
        sum_of_parts += one + (sum_of_parts * rate >> SCALE)
    return (amount * grown << GUARD) // sum_of_parts


def _exact(amount: int, growth: Sequence[Interest], rounding: Rounding) -> int:
    """The recurrence over one common denominator, so that only integers are multiplied."""
    one = lcm(*{of.denominator for of in growth})
    rates = [of.per_unit * (one // of.denominator) for of in growth]
    common = gcd(one, *rates)
    one //= common
    grown, sum_of_parts, power = one + rates[0] // common, 1, 1
    for rate in rates[1:]:
        factor = one + rate // common
        power *= one
        grown *= factor
        sum_of_parts = power + sum_of_parts * factor
    return divide(amount * grown, sum_of_parts * one, rounding)
