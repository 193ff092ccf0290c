"""What happened on an account, as rows: pages, searches, and balances at a time.

Entries are numbered, and found by their number: the first page costs what the last one does. Which
number a moment had is found by halving, in as many look-ups as the number has binary digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

LOOKED_AT = 20_000
"""Entries a search looks at for one page; it then says where to go on, with what it has found."""

_COLUMNS = """
e.sequence, e.movement, m.kind, e.side, e.amount, e.balance_after, m.posted_at, m.booking_date,
m.value_date, m.narration
"""
_PAGE = f"""
SELECT {_COLUMNS}
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %(account)s AND e.sequence < %(before)s ORDER BY e.sequence DESC LIMIT %(limit)s
"""  # noqa: S608 - our own words
_SEARCH = f"""
SELECT {_COLUMNS}
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %(account)s AND e.sequence >= %(lowest)s AND e.sequence < %(before)s
  AND (%(kind)s = '' OR m.kind = %(kind)s)
  AND (%(side)s = '' OR e.side = %(side)s)
  AND e.amount BETWEEN %(least)s AND %(most)s
  AND (%(text)s = '' OR m.narration ILIKE %(pattern)s OR e.movement = %(text)s)
  AND m.booking_date BETWEEN %(since)s AND %(until)s
ORDER BY e.sequence DESC LIMIT %(limit)s
"""  # noqa: S608 - our own words
_FORWARD = f"""
SELECT {_COLUMNS}
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %(account)s AND e.sequence BETWEEN %(lowest)s AND %(highest)s
  AND m.booking_date BETWEEN %(since)s AND %(until)s
ORDER BY e.sequence LIMIT %(limit)s
"""  # noqa: S608 - our own words
_FIRST_AFTER = """
WITH RECURSIVE halves (low, high) AS (
    SELECT 1::bigint, %(newest)s::bigint + 1
    UNION ALL
    SELECT CASE WHEN m.posted_at > %(moment)s THEN h.low ELSE e.sequence + 1 END,
           CASE WHEN m.posted_at > %(moment)s THEN e.sequence ELSE h.high END
    FROM halves h
    JOIN entry e ON e.account = %(account)s AND e.sequence = (h.low + h.high) / 2
    JOIN movement m ON m.id = e.movement
    WHERE h.low < h.high
)
SELECT low FROM halves WHERE low = high
"""
_BALANCE_AFTER = "SELECT balance_after FROM entry WHERE account = %s AND sequence = %s"
_NEWEST = "SELECT coalesce(max(sequence), 0) FROM entry WHERE account = %s"
_CHANGE = """
SELECT coalesce(sum(CASE e.side WHEN 'credit' THEN e.amount ELSE -e.amount END), 0)::bigint
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %(account)s AND e.sequence BETWEEN %(lowest)s AND %(highest)s
  AND m.posted_at <= %(moment)s
"""
_BOOKED = """
SELECT count(*), coalesce(sum(CASE e.side WHEN 'credit' THEN e.amount ELSE -e.amount END), 0)::bigint
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %(account)s AND e.sequence BETWEEN %(lowest)s AND %(highest)s
  AND m.booking_date <= %(day)s
"""
_VALUED_OTHERWISE = """
SELECT coalesce(sum(CASE WHEN booking_date > %(day)s THEN change ELSE -change END), 0)::bigint
FROM value_dated
WHERE account = %(account)s AND (booking_date > %(day)s) <> (value_date > %(day)s)
"""
_CLOSING = """
SELECT started_at, finished_at, next_date FROM cob_run WHERE date <= %s ORDER BY date DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with what its movement says. Read from a row in this order."""

    sequence: int
    movement: str
    kind: str
    side: str
    amount: int
    balance_after: int
    posted_at: datetime
    booking_date: date
    value_date: date
    narration: str

    @property
    def change(self) -> int:
        """Credits minus debits."""
        return self.amount if self.side == "credit" else -self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which entries to list; what is left out matches everything."""

    account: str
    before: int
    limit: int
    kind: str = ""
    side: str = ""
    least: int = 0
    most: int = 2**62
    text: str = ""
    """Words of the narration, or a movement's id."""
    since: date = date.min
    until: date = date.max

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the place to go on from was asked for."""
        return self != Search(account=self.account, before=self.before, limit=self.limit)


def list_newest(*, account: str, before: int, limit: int) -> list[EntryRow]:
    """Entries of an account before this sequence number, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, {"account": account, "before": before, "limit": limit})
        return [EntryRow(*row) for row in cursor.fetchall()]


def search(wanted: Search, *, lowest: int) -> list[EntryRow]:
    """Those of an account's entries from `lowest` on that match, newest first."""
    pattern = "%" + wanted.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    parameters: dict[str, Any] = {name: getattr(wanted, name) for name in Search.__slots__}
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, parameters | {"lowest": lowest, "pattern": pattern})
        return [EntryRow(*row) for row in cursor.fetchall()]


def read_forward(
    *, account: str, lowest: int, highest: int, since: date, until: date, limit: int
) -> list[EntryRow]:
    """The first entries of these numbers that were booked in a period, oldest first."""
    numbers: dict[str, Any] = {"account": account, "lowest": lowest, "highest": highest, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_FORWARD, numbers | {"since": since, "until": until})
        return [EntryRow(*row) for row in cursor.fetchall()]


def newest(account: str) -> int:
    """The number of an account's newest entry; 0 when it has none."""
    return int(_one(_NEWEST, [account]))


def first_after(account: str, moment: datetime, *, newest_: int) -> int:
    """The number of the first entry posted after a moment; one more than the newest when there is none."""
    return int(_one(_FIRST_AFTER, {"account": account, "moment": moment, "newest": newest_}))


def balance_after(account: str, sequence: int) -> int:
    """The balance an entry left; nothing before the first."""
    return int(_one(_BALANCE_AFTER, [account, sequence])) if sequence else 0


def change_between(account: str, lowest: int, highest: int, *, moment: datetime) -> int:
    """What entries of these numbers changed, of those posted by a moment."""
    if lowest > highest:
        return 0
    numbers: dict[str, Any] = {"account": account, "lowest": lowest, "highest": highest}
    return int(_one(_CHANGE, numbers | {"moment": moment}))


def booked_between(account: str, lowest: int, highest: int, *, day: date) -> tuple[int, int]:
    """How many entries of these numbers were booked by a day, and what they changed."""
    if lowest > highest:
        return 0, 0
    numbers: dict[str, Any] = {"account": account, "lowest": lowest, "highest": highest, "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, numbers)
        count, change = cursor.fetchone()
        return int(count), int(change)


def valued_otherwise(account: str, day: date) -> int:
    """By how much the balance by value date differs from the booked one at the end of a day."""
    return int(_one(_VALUED_OTHERWISE, {"account": account, "day": day}))


def closing_of(day: date) -> tuple[datetime, datetime | None] | None:
    """When the closing began and ended after which nothing more was booked up to a day; None without one."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSING, [day])
        row = cursor.fetchone()
        return (row[0], row[1]) if row and row[2] > day else None


def _one(query: str, parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]
