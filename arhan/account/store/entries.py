"""What happened on an account, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import date, datetime

_NEWEST_FIRST = """
SELECT e.sequence, e.movement, m.kind, e.side, e.amount, e.balance_after, m.posted_at, m.value_date,
       m.narration
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %s AND e.sequence < %s ORDER BY e.sequence DESC LIMIT %s
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
    value_date: date
    narration: str


def list_newest(*, account: str, before: int, limit: int) -> list[EntryRow]:
    """Entries of an account before this sequence number, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_FIRST, [account, before, limit])
        return [EntryRow(*row) for row in cursor.fetchall()]
