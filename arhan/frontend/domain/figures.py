"""Figures for charts: every hour and every month there is, also those in which nothing happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from arhan.frontend.schemas.payments import Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arhan.frontend.schemas.payments import HourCount


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


def volumes(counts: Iterable[HourCount]) -> dict[str, tuple[int, int]]:
    """By currency: cash taken in, and moved between accounts; completed payments only."""
    found: dict[str, tuple[int, int]] = {}
    for count in counts:
        if count.status != "completed":
            continue
        cash, moved = found.get(count.currency, (0, 0))
        is_cash = count.kind == "deposit"
        found[count.currency] = (cash + count.amount * is_cash, moved + count.amount * (not is_cash))
    return found


def by_currency(months: Sequence[Month], *, today: date, back: int) -> list[Sheet]:
    """A sheet per currency with every month of the time, the naira first."""
    index = today.year * 12 + today.month - 1
    wanted = [date(i // 12, i % 12 + 1, 1) for i in range(index - back + 1, index + 1)]
    found = {(month.currency, month.month): month for month in months}
    currencies = sorted({month.currency for month in months}, key=lambda code: (code != "NGN", code))
    return [
        Sheet(code, [_month(found.get((code, first)), code, first) for first in wanted])
        for code in currencies
    ]


def _month(found: Month | None, currency: str, first: date) -> Month:
    return found or Month(month=first, currency=currency, received=0, sent=0)
