"""What the bank and the customer agreed on: the terms every figure of a loan is computed from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - terms are read back from where they are kept, by their types
from decimal import Decimal
from enum import StrEnum


class Method(StrEnum):
    """How principal and interest are spread over the instalments."""

    FLAT = "flat"
    """Interest on the amount lent for the whole term, whatever was repaid; equal instalments."""

    EQUAL_INSTALMENTS = "equal_instalments"
    """Interest on the declining balance; equal instalments (annuity)."""

    EQUAL_PRINCIPAL = "equal_principal"
    """Interest on the declining balance; equal principal, so falling instalments."""

    BULLET = "bullet"
    """Interest only, the principal with the last instalment."""


class DayCount(StrEnum):
    """Which part of a year a period is, for interest."""

    THIRTY_360 = "30/360"
    """A month is 30 days of 360, however many it has; a part of a period counts by its actual days."""

    ACTUAL_365 = "actual/365"
    ACTUAL_360 = "actual/360"
    ACTUAL_364 = "actual/364"
    ACTUAL_ACTUAL = "actual/actual"
    """Days over the length of the calendar year they fall in."""


class PeriodUnit(StrEnum):
    """What the length of a period is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class MonthEnd(StrEnum):
    """What becomes of a due date that its month does not have (the 31st of February)."""

    CLAMP = "clamp"
    """The last day of that month; later months return to the agreed day."""

    ROLL = "roll"
    """The first day of the month after; later months return to the agreed day."""


class Rounding(StrEnum):
    """How an exact half of the minor unit is rounded."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"


class PrepaymentEffect(StrEnum):
    """What a repayment of principal before its time changes."""

    REDUCE_INSTALMENT = "reduce_instalment"
    """The same last due date, smaller instalments."""

    REDUCE_TERM = "reduce_term"
    """The same instalment, fewer of them."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time between two due dates."""

    every: int
    unit: PeriodUnit


@dataclass(frozen=True, slots=True)
class Grace:
    """How many instalments from the first are let off something."""

    principal: int = 0
    """Interest only."""

    interest_payment: int = 0
    """Interest accrues and is deferred to the first instalment after the grace."""

    interest_free: int = 0
    """No interest accrues at all."""


@dataclass(frozen=True, slots=True)
class Disbursement:
    """Money handed out; it bears interest from that day."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class RateChange:
    """From that day on the loan bears this rate."""

    on: date
    annual_rate_percent: Decimal


@dataclass(frozen=True, slots=True)
class Prepayment:
    """Principal repaid before its time; it bears no interest from that day."""

    on: date
    amount: int
    effect: PrepaymentEffect = PrepaymentEffect.REDUCE_INSTALMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """Everything a schedule follows from. Amounts are integer minor units of `currency`.

    The terms are taken to be coherent: `reading.read_terms` is what refuses those that are not.
    """

    currency: str
    disbursements: tuple[Disbursement, ...]
    """In order of date; the first starts the loan."""

    annual_rate_percent: Decimal
    method: Method
    day_count: DayCount
    number_of_instalments: int
    period: Period
    first_due_on: date | None = None
    """None, or the regular date: no stub. Any other date starts the due dates anew from there."""

    month_end: MonthEnd = MonthEnd.CLAMP
    grace: Grace = field(default_factory=Grace)
    rate_changes: tuple[RateChange, ...] = ()
    """In order of date."""

    prepayments: tuple[Prepayment, ...] = ()
    """In order of date; more than is owed is a ValueError: what closes a loan is a payoff."""

    down_payment_percent: Decimal = Decimal(0)
    """Of every disbursement, due the day it is paid out."""

    instalment_multiple: int = 1
    """Minor units the instalment is rounded to a multiple of."""

    fixed_instalment: int | None = None
    """The instalment, where it was agreed rather than computed; by equal principal, the principal in it."""

    due_day: int | None = None
    """The day of the month that clamped due dates return to; None: that of the date they are counted from."""

    rounding: Rounding = Rounding.HALF_EVEN

    @property
    def disbursed_on(self) -> date:
        """The day the loan starts."""
        return self.disbursements[0].on

    @property
    def principal(self) -> int:
        """All that is lent."""
        return sum(d.amount for d in self.disbursements)
