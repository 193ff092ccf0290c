"""The bank's day, as a row; psycopg, because the engine books on it.

Whoever books holds a shared lock until the transaction ends; the cut-off takes it for itself, so
that nothing is booked on a day after its cut-off. It is taken before the date is read: a statement
sees the rows as they were when it began.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

if TYPE_CHECKING:
    Connection = psycopg.Connection[Any]

_LOCK = "SELECT pg_advisory_xact_lock_shared(7, 1)"
_LOCK_ALONE = "SELECT pg_advisory_xact_lock(7, 1)"
_BOOKS_ON = "SELECT coalesce(next_date, date) FROM business_day"
_READ = "SELECT date, next_date, cut_off_at, close_through, asked_by FROM business_day"
_OPEN = "INSERT INTO business_day (id, date, asked_by) VALUES (1, %s, '') ON CONFLICT DO NOTHING"
_CUT_OFF = """
UPDATE business_day SET next_date = %s, cut_off_at = %s WHERE date = %s AND next_date IS NULL
"""
_ROLL = """
UPDATE business_day SET date = next_date, next_date = NULL, cut_off_at = NULL
WHERE date = %s AND next_date IS NOT NULL
"""
_ASK = "UPDATE business_day SET close_through = greatest(close_through, %s), asked_by = %s"


class Day(msgspec.Struct, frozen=True):
    """The bank's day. Read from the row in this order."""

    date: dt.date
    next_date: dt.date | None = None
    cut_off_at: dt.datetime | None = None
    close_through: dt.date | None = None
    asked_by: str = ""

    @property
    def books_on(self) -> dt.date:
        """Where what comes in now is booked."""
        return self.next_date or self.date


def ask_booking_date(connection: Connection) -> psycopg.Cursor[Any]:
    """Ask on which day to book, under the shared lock; fetch the answer after the pipeline's other questions."""
    psycopg.Cursor(connection).execute(_LOCK)
    return psycopg.Cursor(connection).execute(_BOOKS_ON)


def read(cursor: Any) -> Day | None:
    """The bank's day; None until it first opened."""
    cursor.execute(_READ)
    row = cursor.fetchone()
    return Day(*row) if row else None


def open_first(cursor: Any, day: dt.date) -> None:
    """The bank's first day; nothing if it has one."""
    cursor.execute(_OPEN, (day,))


def cut_off(cursor: Any, *, day: dt.date, next_date: dt.date, at: dt.datetime) -> None:
    """From the end of this transaction on, what comes in is booked on the next day."""
    cursor.execute(_LOCK_ALONE)
    cursor.execute(_CUT_OFF, (next_date, at, day))


def roll(cursor: Any, *, day: dt.date) -> None:
    """The next day becomes the business date; nothing if it has."""
    cursor.execute(_ROLL, (day,))


def ask_to_close(cursor: Any, *, through: dt.date, by: str) -> None:
    """Remember that staff want the days up to this one closed."""
    cursor.execute(_ASK, (through, by))
