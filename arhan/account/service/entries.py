"""What happened on an account: found, and added up to a balance at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from arhan.account.service.business_day import business_date
from arhan.account.store import entries as store
from arhan.contracts.calendar import LAGOS
from arhan.kernel import clock
from arhan.kernel.database import django_transaction

if TYPE_CHECKING:
    from arhan.account.store.entries import EntryRow, Search

JITTER = timedelta(minutes=1)
"""Movements posted at once may be numbered in another order than their moments say, by far less."""


def find(wanted: Search) -> tuple[list[EntryRow], int | None]:
    """Entries that match, newest first, and where to go on; None at the end.

    A page of a search for something rare may be short: it looks at so many entries and no more.
    """
    if not wanted.is_narrow:
        found = store.list_newest(account=wanted.account, before=wanted.before, limit=wanted.limit + 1)
        return found[: wanted.limit], found[wanted.limit - 1].sequence if len(found) > wanted.limit else None
    first, last = numbers_booked(wanted.account, since=wanted.since, until=wanted.until)
    before = min(wanted.before, last + 1)
    lowest = max(first, before - store.LOOKED_AT)
    found = store.search(replace(wanted, before=before), lowest=lowest)
    if len(found) == wanted.limit:
        lowest = found[-1].sequence
    return found, lowest if lowest > first else None


def balance_at_moment(account: str, moment: datetime) -> int:
    """Credits minus debits of everything posted by a moment."""
    newest = store.newest(account)
    lowest = store.first_after(account, moment - JITTER, newest_=newest)
    highest = store.first_after(account, moment + JITTER, newest_=newest) - 1
    return store.balance_after(account, lowest - 1) + store.change_between(
        account, lowest, highest, moment=moment
    )


def balance_booked(account: str, day: date) -> int:
    """Credits minus debits of everything booked by the end of a business day."""
    return booked_by(account, day)[1]


def booked_by(account: str, day: date) -> tuple[int, int]:
    """How many entries were booked by the end of a business day, and the balance they left."""
    lowest, highest = _edge(account, day)
    count, change = store.booked_between(account, lowest, highest, day=day)
    return lowest - 1 + count, store.balance_after(account, lowest - 1) + change


def balance_by_value(account: str, day: date) -> int:
    """Credits minus debits of everything that bears interest on a day."""
    return balance_booked(account, day) + store.valued_otherwise(account, day)


def numbers_booked(account: str, *, since: date, until: date) -> tuple[int, int]:
    """First and last number among which are all entries booked in a period."""
    first = 1 if since == date.min else _edge(account, since - timedelta(days=1))[0]
    last = store.newest(account) if until == date.max else _edge(account, until)[1]
    return first, last


def _edge(account: str, day: date) -> tuple[int, int]:
    """The numbers among which entries of this business day and of the next may be mixed.

    What has a lower number was booked by the end of the day, what has a higher one after it. While a
    day is closed, the night's entries are still booked on it and the customers' already on the next.
    """
    newest = store.newest(account)
    closing = store.closing_of(day)
    if closing is not None:
        begin, end = closing[0], closing[1] or clock.now()
    elif _lives_on() <= day:
        return newest + 1, newest
    else:
        begin = end = datetime.combine(day + timedelta(days=1), time(0), LAGOS)
    lowest = store.first_after(account, begin - JITTER, newest_=newest)
    return lowest, store.first_after(account, end + JITTER, newest_=newest) - 1


def _lives_on() -> date:
    with django_transaction() as cursor:
        return business_date(cursor)
