"""Figures for charts, added up where the payments are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from arhan.kernel.database import django_transaction
from arhan.payment.store import figures as store
from arhan.payment.store import history
from arhan.payment.store.history import Wanted

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Order
    from arhan.payment.store.figures import Hour, Month, Payee, Spending

MOST_PAYEES = 10


class Figures(NamedTuple):
    """A customer's months, whom and in which ways they paid most, and their newest payments."""

    months: list[Month]
    payees: list[Payee]
    spending: list[Spending]
    recent: list[Order]


def add_up_months(*, principal: Principal, months: int, recent: int, at: datetime) -> Figures:
    """A customer's last calendar months with this one, and the newest payments if any are wanted."""
    since = first_of_months(at, months=months)
    customer = principal.subject
    wanted = Wanted(customer=customer, only_received=True)
    with django_transaction() as cursor:
        return Figures(
            months=store.add_up_months(cursor, customer=customer, since=since),
            payees=store.list_payees(cursor, customer=customer, since=since, limit=MOST_PAYEES),
            spending=store.list_spending(cursor, customer=customer, since=since),
            recent=history.list_newest(cursor, wanted, after="", limit=recent) if recent else [],
        )


def count_hours(*, hours: int, at: datetime) -> list[Hour]:
    """The bank's last hours with this one."""
    since = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours - 1)
    with django_transaction() as cursor:
        return store.count_hours(cursor, since=since)


def first_of_months(at: datetime, *, months: int) -> datetime:
    """The beginning (UTC) of the month that lies `months - 1` before this one."""
    index = at.year * 12 + at.month - months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=at.tzinfo)
