"""Rounding of exact quotients to whole minor units: the only place where a fraction of a unit is lost."""

from __future__ import annotations

from arhan.account.loans.terms import Rounding


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The quotient rounded to the nearest integer, an exact half by the rule; denominator > 0.

    Halves round alike on both sides of zero (half up means away from zero), as IEEE 754 and Java's
    RoundingMode do.
    """
    if numerator < 0:
        return -divide(-numerator, denominator, rounding)
    quotient, rest = divmod(numerator, denominator)
    twice = rest + rest
    if twice > denominator or (twice == denominator and (rounding is Rounding.HALF_UP or quotient & 1)):
        return quotient + 1
    return quotient


def to_multiple(amount: int, multiple: int, rounding: Rounding) -> int:
    """The nearest multiple; the amount itself where that would be nothing.

    An instalment rounded away to nothing would leave the whole loan to the last one.
    """
    if multiple <= 1:
        return amount
    return divide(amount, multiple, rounding) * multiple or amount
