"""Writing the journal: set-based, each row once, in the transaction that moves the inbox cursor."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from arhan.ledger.domain.journal import total_by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.contracts.account import AccountOpened, MovementPosted
    from arhan.ledger.domain.journal import JournalEntry

_COPY_ENTRIES = (
    "COPY journal_entry (number, id, movement, kind, currency, narration, booking_date, value_date,"
    " posted_at, reverses, hold, leaf) FROM STDIN (FORMAT BINARY)"
)
_ENTRY_TYPES = [
    "int8", "text", "text", "text", "text", "text", "date", "date", "timestamptz", "text", "text", "bytea",
]  # fmt: skip
_COPY_LINES = (
    "COPY journal_line (account, sequence, entry, place, ledger_account, side, amount, balance_after)"
    " FROM STDIN (FORMAT BINARY)"
)
_LINE_TYPES = ["text", "int8", "int8", "int2", "text", "text", "int8", "int8"]
_ADD_TO_DAY = (
    "INSERT INTO day_total AS t (booking_date, ledger_account, currency, debits, credits)"
    " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (booking_date, ledger_account, currency)"
    " DO UPDATE SET debits = t.debits + excluded.debits, credits = t.credits + excluded.credits"
)
_ADD_ACCOUNT = (
    "INSERT INTO account (id, number, customer, currency, ledger_account, opened_at)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)


def last_number(cursor: Any) -> int:
    """The newest entry's number; 0 when the journal is empty."""
    cursor.execute("SELECT coalesce(max(number), 0) FROM journal_entry")
    return int(cursor.fetchone()[0])


def add_accounts(cursor: Any, opened: Sequence[AccountOpened]) -> None:
    """Note accounts that were opened."""
    if opened:
        rows = [(o.id, o.number, o.customer, o.currency, o.ledger_account, o.opened_at) for o in opened]
        cursor.executemany(_ADD_ACCOUNT, rows)


def add_entries(cursor: Any, entries: Sequence[JournalEntry], movements: Sequence[MovementPosted]) -> None:
    """Write entries, each beside the movement it is of, and add them to their days."""
    with cursor.copy(_COPY_ENTRIES) as stream:
        stream.set_types(_ENTRY_TYPES)
        for entry in entries:
            stream.write_row(_entry_row(entry))
    with cursor.copy(_COPY_LINES) as stream:
        stream.set_types(_LINE_TYPES)
        for entry, movement in zip(entries, movements, strict=True):
            for row in _line_rows(entry, movement):
                stream.write_row(row)
    totals = total_by_day(entries)
    cursor.executemany(_ADD_TO_DAY, [(*key, *total) for key, total in sorted(totals.items())])


def _entry_row(entry: JournalEntry) -> tuple[Any, ...]:
    return (
        entry.number,
        entry.id,
        entry.movement,
        entry.kind,
        entry.currency,
        entry.narration,
        date.fromisoformat(entry.booking_date),
        date.fromisoformat(entry.value_date),
        datetime.fromisoformat(entry.posted_at),
        entry.reverses,
        entry.hold,
        entry.leaf(),
    )


def _line_rows(entry: JournalEntry, movement: MovementPosted) -> Iterator[tuple[Any, ...]]:
    for place, e in enumerate(movement.entries):
        yield (
            e.account, e.sequence, entry.number, place, e.ledger_account, e.side, e.amount, e.balance_after,
        )  # fmt: skip
