"""Reading the journal back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel.clock import rfc3339
from arhan.ledger.domain.journal import JournalEntry, Line, Side

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries a list should have; empty means any."""

    account: str = ""
    ledger_account: str = ""
    movement: str = ""
    kind: str = ""
    currency: str = ""
    booked_from: date | None = None
    booked_until: date | None = None


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it stands on its account: the how-manieth there, and the balance it left."""

    line: Line
    sequence: int
    balance_after: int


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry as it stands in the journal."""

    entry: JournalEntry
    lines: tuple[WrittenLine, ...]
    leaf: bytes


SELECT_ENTRIES = """
    SELECT e.number, e.id, e.movement, e.kind, e.currency, e.narration, e.booking_date, e.value_date,
           e.posted_at, e.reverses, e.hold, e.leaf,
           (SELECT json_agg(json_build_array(l.account, l.ledger_account, l.side, l.amount, l.sequence,
                                             l.balance_after) ORDER BY l.place)::text
            FROM journal_line l WHERE l.entry = e.number) AS lines
    FROM journal_entry e"""

_MATCHING = """
    WHERE (%(before)s::bigint IS NULL OR e.number < %(before)s)
      AND (%(movement)s = '' OR e.movement = %(movement)s)
      AND (%(kind)s = '' OR e.kind = %(kind)s)
      AND (%(currency)s = '' OR e.currency = %(currency)s)
      AND (%(booked_from)s::date IS NULL OR e.booking_date >= %(booked_from)s)
      AND (%(booked_until)s::date IS NULL OR e.booking_date <= %(booked_until)s)
      AND (%(account)s = '' OR e.number IN
           (SELECT l.entry FROM journal_line l WHERE l.account = %(account)s))
      AND (%(ledger_account)s = '' OR EXISTS
           (SELECT FROM journal_line l WHERE l.entry = e.number AND l.ledger_account = %(ledger_account)s))
    ORDER BY e.number DESC LIMIT %(limit)s"""

_LineRow = tuple[str, str, Side, int, int, int]
_decode_lines = msgspec.json.Decoder(list[_LineRow]).decode


def list_newest(cursor: Any, wanted: Wanted, *, before: int | None, limit: int) -> list[WrittenEntry]:
    """Entries numbered below `before`, newest first."""
    told = {
        "before": before,
        "account": wanted.account,
        "ledger_account": wanted.ledger_account,
        "movement": wanted.movement,
        "kind": wanted.kind,
        "currency": wanted.currency,
        "booked_from": wanted.booked_from,
        "booked_until": wanted.booked_until,
        "limit": limit,
    }
    cursor.execute(SELECT_ENTRIES + _MATCHING, told)
    return [read_entry(row) for row in cursor.fetchall()]


def get_by_movement(cursor: Any, movement: str) -> WrittenEntry | None:
    """The entry of a movement, which has the id of the payment that caused it."""
    cursor.execute(SELECT_ENTRIES + " WHERE e.movement = %s", [movement])
    row = cursor.fetchone()
    return read_entry(row) if row else None


def owners(cursor: Any, accounts: Sequence[str]) -> set[str]:
    """The customers whose accounts these are."""
    cursor.execute("SELECT customer FROM account WHERE id = ANY(%s) AND customer <> ''", [list(accounts)])
    return {row[0] for row in cursor.fetchall()}


def read_entry(row: Sequence[Any]) -> WrittenEntry:
    """An entry from a row of SELECT_ENTRIES."""
    number, id_, movement, kind, currency, narration, booked, valued, posted, reverses, hold, leaf, lines = (
        row
    )
    written = tuple(
        WrittenLine(Line(account, ledger_account, side, amount), sequence, balance_after)
        for account, ledger_account, side, amount, sequence, balance_after in _decode_lines(lines or "[]")
    )
    entry = JournalEntry(
        number=number,
        id=id_,
        movement=movement,
        kind=kind,
        currency=currency,
        narration=narration,
        booking_date=booked.isoformat(),
        value_date=valued.isoformat(),
        posted_at=rfc3339(posted),
        reverses=reverses,
        hold=hold,
        lines=[w.line for w in written],
    )
    return WrittenEntry(entry, written, bytes(leaf))
