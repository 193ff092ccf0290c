"""Figures for charts, added up from lists: per hour, by reason, by code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from arhan.frontend.schemas.payments import Payment

HOURS = 12


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened in one hour."""

    begins_at: datetime
    completed: int
    declined: int


def per_hour(payments: Sequence[Payment], *, until: datetime, zone: tzinfo, hours: int = HOURS) -> list[Hour]:
    """The last hours, oldest first, each with how many payments were completed and declined."""
    last = until.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    found: Counter[tuple[datetime, str]] = Counter()
    for payment in payments:
        begun = payment.created_at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        found[begun, payment.status] += 1
    begins = [last - timedelta(hours=back) for back in reversed(range(hours))]
    return [Hour(at, found[at, "completed"], found[at, "declined"]) for at in begins]


def declines_by_reason(payments: Iterable[Payment]) -> list[tuple[str, int]]:
    """Refusal codes of declined payments, the commonest first."""
    return Counter(p.code or "unknown" for p in payments if p.status == "declined").most_common()


def volumes(payments: Iterable[Payment]) -> dict[str, tuple[int, int]]:
    """By currency: cash taken in, and moved between customers; completed payments only."""
    found: dict[str, tuple[int, int]] = {}
    for payment in payments:
        if payment.status != "completed":
            continue
        cash, moved = found.get(payment.currency, (0, 0))
        is_cash = payment.kind == "deposit"
        found[payment.currency] = (cash + payment.amount * is_cash, moved + payment.amount * (not is_cash))
    return found
