"""The bank's day: the date a movement is booked on. Close of business rolls it.

Before the bank first opened it is the calendar day.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from arhan.account.store import business_day as store
from arhan.contracts.calendar import calendar_day
from arhan.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    import psycopg

    from arhan.account.store.business_day import Day

_closing: ContextVar[date | None] = ContextVar("closing", default=None)
"""The day that this process is closing: what it books belongs to it, cut-off or not."""


@contextmanager
def booking_on(day: date) -> Iterator[None]:
    """Close a day: what is booked inside is booked on it."""
    token = _closing.set(day)
    try:
        yield
    finally:
        _closing.reset(token)


def booking_date(connection: psycopg.Connection[Any], *, now: datetime) -> Callable[[], date]:
    """The day to book on, for the caller's transaction; asked at once, answered when called.

    Holds off the cut-off until the transaction ends.
    """
    if (closing := _closing.get()) is not None:
        return lambda: closing
    asked = store.ask_booking_date(connection)

    def answer() -> date:
        row = asked.fetchone()
        return row[0] if row else calendar_day(now)

    return answer


def business_date(cursor: Any) -> date:
    """The day the bank lives on: the one it is closing in the process that closes it, else the one it books on."""
    return _closing.get() or current(cursor).books_on


def current(cursor: Any) -> Day:
    """The bank's day, whether it is being closed, and what it is asked to close."""
    return store.read(cursor) or store.Day(calendar_day(clock.now()))


def open_first(cursor: Any) -> None:
    """Let the bank have a day of its own from now on; again and again without harm."""
    store.open_first(cursor, calendar_day(clock.now()))
