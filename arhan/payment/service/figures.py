"""Figures for charts, added up where the payments are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from arhan.kernel.database import django_transaction
from arhan.payment.store import figures as store

if TYPE_CHECKING:
    from arhan.payment.store.figures import Hour, Month, Payee

MOST_PAYEES = 10


def add_up_months(*, customer: str, months: int, at: datetime) -> tuple[list[Month], list[Payee]]:
    """A customer's last calendar months with this one, and whom they paid most in that time."""
    since = first_of_months(at, months=months)
    with django_transaction() as cursor:
        return (
            store.add_up_months(cursor, customer=customer, since=since),
            store.list_payees(cursor, customer=customer, since=since, limit=MOST_PAYEES),
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
