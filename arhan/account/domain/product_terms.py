"""What the bank promises with a product, as data. Pure.

Amounts are minor units. Rates are ten-thousandths of a percent: 3.5 % is 35,000, so that all that is
worked out with them is worked out with whole numbers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from arhan.contracts.fees import FeeFor

PER_PERCENT = 10_000
HIGHEST_RATE = 1_000 * PER_PERCENT
MOST = 10**15

DayCountName = Literal["actual/365", "actual/360", "actual/364", "actual/actual", "30/360"]
Compounding = Literal["none", "daily"]
Capitalisation = Literal["daily", "monthly", "quarterly", "yearly", "maturity"]
TierMethod = Literal["slices", "whole"]
FeeEvent = Literal["opening", "maintenance", "transfer", "card", "dormancy"]
"""A transfer's fee is part of its movement; the others fall due and are charged when the money is there."""

Amount = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
Rate = Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_RATE)]


class _Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown members are mistakes, not extensions."""


class Tier(_Struct, frozen=True, kw_only=True):
    """A rate for balances up to an amount; the last tier has no end."""

    rate: Rate
    up_to: Amount | None = None


class Fee(_Struct, frozen=True, kw_only=True):
    """What something costs: a flat amount, a percentage, or both, within bounds. Stamp duty is a fee for the tax office."""

    event: FeeEvent
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    flat: Amount = 0
    percent: Rate = 0
    least: Amount = 0
    most: Amount | None = None
    from_amount: Amount = 0
    """Not charged below this amount (a stamp duty's threshold)."""
    free_from: Amount | None = None
    """Not charged to an account that holds at least this much."""
    goes_to: FeeFor = "bank"


class ChartRow(_Struct, frozen=True, kw_only=True):
    """The rate of a fixed-term deposit of at least this amount for so many months."""

    months: Annotated[int, msgspec.Meta(ge=1, le=120)]
    rate: Rate
    from_amount: Amount = 1


class FixedTerm(_Struct, frozen=True, kw_only=True):
    """What makes a product a fixed-term deposit."""

    chart: Annotated[tuple[ChartRow, ...], msgspec.Meta(min_length=1, max_length=100)]
    early_penalty: Annotated[int, msgspec.Meta(ge=0, le=100 * PER_PERCENT)] = 0
    """The share of the interest that is lost by who leaves early."""


class Terms(_Struct, frozen=True, kw_only=True):
    """Everything a version of a product says."""

    tiers: Annotated[tuple[Tier, ...], msgspec.Meta(max_length=20)] = ()
    tier_method: TierMethod = "slices"
    """Each slice of the balance at its own tier's rate, or the whole of it at the highest tier's it reaches."""
    day_count: DayCountName = "actual/365"
    compounding: Compounding = "none"
    """Whether interest bears interest before it is paid."""
    capitalisation: Capitalisation = "monthly"
    """When interest is paid to the account."""
    withholding_tax: Annotated[int, msgspec.Meta(ge=0, le=100 * PER_PERCENT)] = 0
    """The share of the interest that goes to the tax office."""
    minimum_balance: Amount = 0
    """A day on which the account holds less earns nothing."""
    opening_deposit: Amount = 0
    """An account waits (pending) until it holds this much."""
    overdraft_limit: Amount = 0
    overdraft_rate: Rate = 0
    fees: Annotated[tuple[Fee, ...], msgspec.Meta(max_length=50)] = ()
    payment_limit: Amount | None = None
    day_limit: Amount | None = None
    month_limit: Amount | None = None
    dormancy_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None
    """After so many days on which its holder did nothing, the account is dormant."""
    tier_required: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    fixed_term: FixedTerm | None = None

    def __post_init__(self) -> None:
        """Tiers rise, and only the last has no end; ValueError says what is wrong."""
        ends = [tier.up_to for tier in self.tiers]
        if ends and (ends[-1] is not None or None in ends[:-1]):
            msg = "the last tier, and no other, has no end"
            raise ValueError(msg)
        bounds = [end for end in ends if end is not None]
        if bounds != sorted(set(bounds)):
            msg = "tiers rise from one to the next"
            raise ValueError(msg)
        if self.overdraft_rate and not self.overdraft_limit:
            msg = "an overdraft rate needs an overdraft limit"
            raise ValueError(msg)
        if any(fee.event == "transfer" and fee.free_from is not None for fee in self.fees):
            msg = "what a transfer costs is said before it is made, so it does not hang on a balance (free_from)"
            raise ValueError(msg)

    @property
    def highest_rate(self) -> Decimal:
        """Percent a year at best, as the list of products shows it."""
        chart = self.fixed_term.chart if self.fixed_term else ()
        rates = [tier.rate for tier in self.tiers] + [row.rate for row in chart]
        return Decimal(max(rates, default=0)) / PER_PERCENT


def read(stored: object) -> Terms:
    """Terms as they are stored or sent; msgspec.ValidationError says where they are wrong."""
    return msgspec.convert(stored, Terms)


def write(terms: Terms) -> object:
    """Terms as they are stored and shown."""
    return msgspec.to_builtins(terms)


def chart_rate(fixed: FixedTerm, *, months: int, amount: int) -> int | None:
    """The rate of the chart for this term and amount: that of the highest amount reached; None if not offered."""
    fitting = [row for row in fixed.chart if row.months == months and amount >= row.from_amount]
    return max(fitting, key=lambda row: row.from_amount).rate if fitting else None
