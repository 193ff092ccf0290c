"""Interest on savings and overdrafts, exact: whole numbers all the way. Pure.

Interest is counted in parts: 145,880,280,000,000 to a minor unit. 360, 364, 365 and 366 divide the
first factor and rates are ten-thousandths of a percent, so a day's simple interest is a whole number
of parts under every day count, and nothing is rounded before it is paid. Interest on interest
(compounding) is rounded down to a part.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account.loans.daycount import actual_in_years
from arhan.account.loans.terms import DayCount

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arhan.account.domain.product_terms import DayCountName, Terms

PARTS = 145_880_280 * 10**6
"""To a minor unit."""
PER_RATE = 10**6
"""A rate of this much is the whole amount a year."""
A_DAY = timedelta(days=1)
LONGEST_MONTH = 30


def day_in_years(day: date, day_count: DayCountName) -> tuple[int, int]:
    """The part of a year that a day, or rather the night after it, counts for.

    Under 30/360 (bond basis) the 31st counts nothing and the end of February for what is missing to 30.
    """
    if day_count == "30/360":
        after = day + A_DAY
        first = min(day.day, LONGEST_MONTH)
        last = LONGEST_MONTH if (after.day > LONGEST_MONTH and first == LONGEST_MONTH) else after.day
        months = (after.year - day.year) * 12 + after.month - day.month
        return months * LONGEST_MONTH + last - first, 360
    return actual_in_years(DayCount(day_count), day, day + A_DAY)


def earned_on(terms: Terms, *, day: date, balance: int, accrued: int = 0, rate: int | None = None) -> int:
    """Parts that a balance at the end of a day earns; `accrued` parts earn too where interest compounds.

    `rate` is that of the account itself, where it has one (a fixed-term deposit).
    """
    if balance <= 0 or balance < terms.minimum_balance:
        return 0
    base = balance * PARTS + (max(accrued, 0) if terms.compounding == "daily" else 0)
    weight, basis = day_in_years(day, terms.day_count)
    by_year = base * rate if rate is not None else _at_tiers(terms, base)
    return by_year * weight // (PER_RATE * basis)


def _at_tiers(terms: Terms, base: int) -> int:
    """Parts times rate, by the tiers."""
    if terms.tier_method == "whole":
        reached = (t.rate for t in terms.tiers if t.up_to is None or base <= t.up_to * PARTS)
        return base * next(reached, 0)
    total, begin = 0, 0
    for tier in terms.tiers:
        end = base if tier.up_to is None else min(base, tier.up_to * PARTS)
        total += max(end - begin, 0) * tier.rate
        begin = end if tier.up_to is None else tier.up_to * PARTS
    return total


def owed_on(terms: Terms, *, day: date, balance: int) -> int:
    """Parts that an overdrawn balance costs on a day."""
    if balance >= 0:
        return 0
    weight, basis = day_in_years(day, terms.day_count)
    return -balance * PARTS * terms.overdraft_rate * weight // (PER_RATE * basis)


def whole_units(parts: int) -> int:
    """Minor units, the nearest; a half is rounded up."""
    return (2 * parts + PARTS) // (2 * PARTS)


def share(amount: int, rate: int) -> int:
    """A share of an amount, to the nearest minor unit; a half is rounded up."""
    return (2 * amount * rate + PER_RATE) // (2 * PER_RATE)


def ends_period(terms: Terms, *, day: date, next_day: date) -> bool:
    """Whether interest is paid when this day closes."""
    if terms.capitalisation == "daily":
        return True
    if terms.capitalisation == "maturity" or (day.year, day.month) == (next_day.year, next_day.month):
        return False
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[terms.capitalisation]
    return day.month % months == 0 or next_day.year > day.year


class Standing:
    """What an account has earned and owes, recomputed day by day from its history."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.earned = 0
        self.owed = 0

    def pass_day(self, terms: Terms, *, day: date, balance: int, rate: int | None) -> None:
        """A day ends with this balance."""
        self.earned += earned_on(terms, day=day, balance=balance, accrued=self.earned, rate=rate)
        self.owed += owed_on(terms, day=day, balance=balance)

    def settle(self, *, paid: int, charged: int) -> None:
        """So many minor units of it were paid, and charged."""
        self.earned -= paid * PARTS
        self.owed -= charged * PARTS


def recompute(
    *,
    terms: Mapping[date, Terms],
    changes: Mapping[date, int],
    settled: Mapping[date, tuple[int, int]],
    until: date,
    rate: int | None = None,
) -> Standing:
    """What an account has earned up to the beginning of a day, from nothing but its history.

    `terms` by the day from which they apply (the first is the day it was opened); `changes` of the
    balance by value date; `settled`, interest paid and charged, by the first day not in it.
    """
    day = min(terms)
    balance = sum(change for on, change in changes.items() if on < day)
    current = terms[day]
    found = Standing()
    while day < until:
        current = terms.get(day, current)
        balance += changes.get(day, 0)
        found.pass_day(current, day=day, balance=balance, rate=rate)
        day += A_DAY
        found.settle(paid=settled.get(day, (0, 0))[0], charged=settled.get(day, (0, 0))[1])
    return found
