"""Figures for charts: every hour and every month there is, also those in which nothing happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from arhan.frontend.domain.money import in_order
from arhan.frontend.schemas.payments import Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from arhan.frontend.schemas.accounts import BankAccount, Entry
    from arhan.frontend.schemas.payments import HourCount

LIQUID = ("bank_cash_", "bank_settlement_")


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened in one hour."""

    begins_at: datetime
    completed: int
    declined: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The months of one currency, oldest first."""

    currency: str
    months: list[Month]

    @property
    def received(self) -> int:
        """In all of them."""
        return sum(month.received for month in self.months)

    @property
    def sent(self) -> int:
        """In all of them."""
        return sum(month.sent for month in self.months)


def per_hour(counts: Sequence[HourCount], *, until: datetime, hours: int) -> list[Hour]:
    """The last hours, oldest first, each with how many payments were completed and declined."""
    last = until.replace(minute=0, second=0, microsecond=0)
    found: Counter[tuple[datetime, str]] = Counter()
    for count in counts:
        found[count.hour, count.status] += count.payments
    begins = [last - timedelta(hours=back) for back in reversed(range(hours))]
    return [Hour(at, found[at, "completed"], found[at, "declined"]) for at in begins]


def declines_by_reason(counts: Iterable[HourCount]) -> list[tuple[str, int]]:
    """Refusal codes of declined payments, the commonest first."""
    found: Counter[str] = Counter()
    for count in counts:
        if count.status == "declined":
            found[count.code or "unknown"] += count.payments
    return found.most_common()


@dataclass(frozen=True, slots=True)
class Volume:
    """What completed payments of one currency came to, by where the money went."""

    inflow: int = 0
    """Into the bank: cash over the counter."""
    outflow: int = 0
    """Out of the bank: to merchants, by card."""
    moved: int = 0
    """From one account of the bank to another."""


def volumes(counts: Iterable[HourCount]) -> dict[str, Volume]:
    """By currency, the naira first; completed payments only."""
    found: dict[str, Counter[str]] = {}
    for count in counts:
        if count.status == "completed":
            way = {"deposit": "inflow", "card_payment": "outflow"}.get(count.kind, "moved")
            found.setdefault(count.currency, Counter())[way] += count.amount
    order = sorted(found, key=lambda code: (code != "NGN", code))
    return {currency: Volume(**found[currency]) for currency in order}


def liquidity(accounts: Iterable[BankAccount]) -> dict[str, int]:
    """By currency, the naira first: cash in vaults and what other banks hold for this one."""
    found: Counter[str] = Counter()
    for account in accounts:
        if account.id.startswith(LIQUID):
            found[account.currency] += account.balance
    order = sorted(found, key=lambda code: (code != "NGN", code))
    return {currency: found[currency] for currency in order if found[currency]}


def by_currency(months: Sequence[Month], *, today: date, back: int) -> list[Sheet]:
    """A sheet per currency with every month of the time, the naira first."""
    index = today.year * 12 + today.month - 1
    wanted = [date(i // 12, i % 12 + 1, 1) for i in range(index - back + 1, index + 1)]
    found = {(month.currency, month.month): month for month in months}
    currencies = in_order(month.currency for month in months)
    return [
        Sheet(code, [_month(found.get((code, first)), code, first) for first in wanted])
        for code in currencies
    ]


def _month(found: Month | None, currency: str, first: date) -> Month:
    return found or Month(month=first, currency=currency, received=0, sent=0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What was on an account at the end of a day."""

    on: date
    amount: int


def balance_by_day(entries: Sequence[Entry], *, today: date, days: int, zone: tzinfo) -> list[Balance]:
    """The balance at the end of each day, oldest first, as far back as the entries (newest first) reach."""
    ends: dict[date, int] = {}
    for entry in entries:
        ends.setdefault(entry.booked_at.astimezone(zone).date(), entry.balance_after)
    if not ends:
        return []
    first = max(min(ends), today - timedelta(days=days - 1))
    amount = next((ends[on] for on in sorted(ends, reverse=True) if on <= first), 0)
    found = []
    for on in (first + timedelta(days=n) for n in range((today - first).days + 1)):
        amount = ends.get(on, amount)
        found.append(Balance(on, amount))
    return found


def cash_per_hour(
    counts: Sequence[HourCount], *, currency: str, until: datetime, hours: int
) -> list[tuple[datetime, int]]:
    """Cash taken in at the counters in each of the last hours, oldest first."""
    last = until.replace(minute=0, second=0, microsecond=0)
    found: Counter[datetime] = Counter()
    for count in counts:
        if (count.kind, count.status, count.currency) == ("deposit", "completed", currency):
            found[count.hour] += count.amount
    begins = [last - timedelta(hours=back) for back in reversed(range(hours))]
    return [(at, found[at]) for at in begins]
