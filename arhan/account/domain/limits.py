"""How much may leave an account: for each payment, in a day, in a month. Pure.

Three say so, and the strictest counts: the customer's tier (what the law allows, dated), the product,
and the customer. What the law allows is allowed once to a customer, over all their accounts of a currency;
the other two are an account's. The posting rules ask while the rows that count are locked, so that payments
made at once cannot pass a limit together. A day is a business day: a booking date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from arhan.account.errors import posting as errors
from arhan.contracts.tiers import NOTHING, TierLimits

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.domain.book import AccountState, Outflow
    from arhan.kernel.errors import Refusal

SPENDING = frozenset({"transfer", "card_payment", "standing_order"})
"""Kinds by which a customer pays; fees, interest and loans are not held back by limits."""
RECEIVING = SPENDING | {"deposit"}
"""Kinds by which somebody pays a customer; what the bank gives back or owes is never too much."""

COOLING_OFF = timedelta(hours=24)
"""Between asking for a higher limit and having it: whoever stole a login waits as long."""

Source = Literal["tier", "product", "customer"]
Tiers = Mapping[tuple[int, str], TierLimits]
"""What is allowed, by tier and currency."""


@dataclass(frozen=True, slots=True)
class Limits:
    """In minor units; None where there is no limit."""

    payment: int | None = None
    day: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer chose: what is in force, and what will be once it has cooled off."""

    now: Limits
    later: Limits | None


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a payment would pass."""

    refusal: Refusal
    limit: int
    left: int
    """What may still be paid in one payment now, as far as this limit is concerned."""


def strictest(*limits: int | None) -> int | None:
    """The lowest limit there is."""
    found = [limit for limit in limits if limit is not None]
    return min(found) if found else None


def choose(*, before: Limits, wanted: Limits) -> Choice:
    """What is lowered is lowered now; what is raised must cool off first."""
    now = Limits(
        strictest(before.payment, wanted.payment),
        strictest(before.day, wanted.day),
        strictest(before.month, wanted.month),
    )
    return Choice(now, later=None if now == wanted else wanted)


def allowed_by(tiers: Tiers, *, tier: int | None, currency: str) -> TierLimits | None:
    """What the law allows this account, in its own currency; it speaks of customers whose tier is known."""
    return None if tier is None else tiers.get((tier, currency), NOTHING)


def spent(account: AccountState, *, on: date) -> tuple[int, int]:
    """What was paid from an account on this business day, and in its month."""
    last = account.spent_on
    if last == on:
        return account.spent_day, account.spent_month
    same_month = last is not None and (last.year, last.month) == (on.year, on.month)
    return 0, account.spent_month if same_month else 0


def is_free(account: AccountState) -> bool:
    """Whether nothing limits it: one of the bank's own, or so far nobody's concern."""
    return (
        account.tier is None
        and account.day_limit is None
        and account.payment_limit is None
        and account.month_limit is None
    )


def refuse_spending(
    account: AccountState, amount: int, *, allowed: TierLimits | None, on: date, outflow: int | None = None
) -> Breach | None:
    """The first of payment, day and month that this payment would pass.

    `outflow` is what the customer paid on this day from all their accounts; None: from this one alone.
    """
    if account.payment_limit is not None and amount > account.payment_limit:
        return Breach(errors.LIMIT_PAYMENT, account.payment_limit, account.payment_limit)
    in_day, in_month = spent(account, on=on)
    day, used = account.day_limit, in_day
    if allowed is not None and allowed.daily_outflow is not None:
        together = in_day if outflow is None else outflow
        if day is None or allowed.daily_outflow - together < day - used:
            day, used = allowed.daily_outflow, together
    if day is not None and used + amount > day:
        return Breach(errors.LIMIT_DAY, day, max(day - used, 0))
    month = account.month_limit
    if month is not None and in_month + amount > month:
        return Breach(errors.LIMIT_MONTH, month, max(month - in_month, 0))
    return None


def refuse_receiving(account: AccountState, amount: int, *, allowed: TierLimits) -> Refusal | None:
    """What a customer who has proved little may be paid at once, and may own."""
    if allowed.single_deposit is not None and amount > allowed.single_deposit:
        return errors.LIMIT_DEPOSIT
    if allowed.balance is not None and account.balance + amount > allowed.balance:
        return errors.LIMIT_BALANCE
    return None


def begin_day(account: AccountState, *, on: date) -> None:
    """Count for this business day from now on; what a night books on the day before begins nothing anew."""
    if account.spent_on is None or account.spent_on < on:
        account.spent_day, account.spent_month = spent(account, on=on)
        account.spent_on = on


def count(account: AccountState, amount: int) -> None:
    """So much is paid, or promised, on the day the account counts for."""
    account.spent_day += amount
    account.spent_month += amount


def count_outflow(outflow: Outflow, amount: int, *, on: date) -> None:
    """So much is paid, or promised, on this day by a customer who has several accounts."""
    if outflow.day < on:
        outflow.day, outflow.amount = on, 0
    outflow.amount += amount


def give_back(account: AccountState, amount: int, *, counted_on: date) -> None:
    """What was promised and not paid is free again, as far as its day and month are not over."""
    in_day, in_month = spent(account, on=counted_on)
    if account.spent_on == counted_on:
        account.spent_day = in_day - amount
    if account.spent_on and (account.spent_on.year, account.spent_on.month) == (
        counted_on.year,
        counted_on.month,
    ):
        account.spent_month = in_month - amount
