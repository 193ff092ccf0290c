"""The posting engine's queries: read and lock what a batch concerns, write what became of it.

All set-based and all on psycopg, no ORM: a batch of a thousand costs a handful of statements. The
caller opens the transaction. Lock order: balance rows by account id. A hold changes only while the
balance row of its account is locked, so holds need no locks of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.account.domain.book import AccountState, Book, HoldState, PostedBefore
from arhan.contracts.account import (
    CaptureCommand,
    HoldCommand,
    MovementCommand,
    MovementPosted,
    ReleaseCommand,
)
from arhan.kernel import outbox
from arhan.kernel.clock import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import psycopg

    from arhan.account.domain.posting import Posted, Result
    from arhan.contracts.account import Command

    Cursor = psycopg.Cursor[Any]

# Ids travel as one comma-separated text: no id has a comma, and a list parameter costs psycopg a
# microsecond per element, as much as everything else the batch does with it.

_LOCK_ACCOUNTS = """
SELECT account, currency, ledger_account, balance, held, floor, sequence,
       may_debit, may_credit, closed, pin_version
FROM balance WHERE account = ANY (string_to_array(%s, ',')) ORDER BY account FOR NO KEY UPDATE
"""
_POSTED_BEFORE = """
SELECT id, fingerprint, posted_at FROM movement WHERE id = ANY (string_to_array(%s, ','))
"""
_REVERSED = "SELECT reverses FROM movement WHERE reverses = ANY (string_to_array(%s, ','))"
_ACCOUNTS_OF_HOLDS = "SELECT account FROM hold WHERE id = ANY (string_to_array(%s, ','))"
_HOLDS = """
SELECT id, account, currency, remaining, status, placed_at, expires_at, amount
FROM hold WHERE id = ANY (string_to_array(%s, ','))
"""
_COPY_MOVEMENTS = """
COPY movement (id, kind, currency, narration, initiator, booking_date, value_date, posted_at,
               reverses, hold, fingerprint)
FROM STDIN (FORMAT BINARY)
"""
_MOVEMENT_TYPES = ["text"] * 5 + ["date", "date", "timestamptz", "text", "text", "bytea"]
_COPY_ENTRIES = """
COPY entry (account, sequence, movement, side, amount, balance_after) FROM STDIN (FORMAT BINARY)
"""
_ENTRY_TYPES = ["text", "int8", "text", "text", "int8", "int8"]
_WRITE_BALANCES = """
UPDATE balance SET balance = new.balance, held = new.held, sequence = new.sequence
FROM unnest(string_to_array(%s, ','), %s::bigint[], %s::bigint[], %s::bigint[])
     AS new (account, balance, held, sequence)
WHERE balance.account = new.account
"""
_WRITE_HOLDS = """
INSERT INTO hold (id, account, currency, remaining, status, placed_at, expires_at, amount)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET remaining = excluded.remaining, status = excluded.status
"""


def load_book(cursor: Cursor, commands: Sequence[Command]) -> Book:
    """What these commands concern, the balances locked until the transaction ends."""
    accounts, holds, reversed_ = _concerned(commands)
    if holds:
        accounts.update(account for (account,) in _select(cursor, _ACCOUNTS_OF_HOLDS, holds))
    locked = _select(cursor, _LOCK_ACCOUNTS, accounts)
    before = _select(cursor, _POSTED_BEFORE, [*(command.id for command in commands), *reversed_])
    return Book(
        accounts={row[0]: AccountState(*row) for row in locked},
        holds={row[0]: HoldState(*row) for row in _select(cursor, _HOLDS, holds)},
        posted={id_: PostedBefore(fingerprint, posted_at) for id_, fingerprint, posted_at in before},
        reversed={id_ for (id_,) in _select(cursor, _REVERSED, reversed_)},
    )


def _concerned(commands: Sequence[Command]) -> tuple[set[str], set[str], set[str]]:
    """The accounts and holds these commands name, and the movements they reverse."""
    accounts: set[str] = set()
    holds: set[str] = set()
    reversed_: set[str] = set()
    for command in commands:
        if isinstance(command, (MovementCommand, CaptureCommand)):
            accounts.update([posting.account for posting in command.postings])
        if isinstance(command, (CaptureCommand, ReleaseCommand)):
            holds.add(command.hold)
        elif command.pin_proof is not None:
            accounts.add(command.pin_proof.account)
        if isinstance(command, MovementCommand) and command.reverses is not None:
            reversed_.add(command.reverses)
        if isinstance(command, HoldCommand):
            accounts.add(command.account)
    return accounts, holds, reversed_


def _select(cursor: Cursor, query: str, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    joined = ",".join(ids)
    return cursor.execute(query, (joined,), binary=True).fetchall() if joined else []


def write(cursor: Cursor, result: Result) -> None:
    """Balances, holds, movements, entries and events of a batch, in the caller's transaction.

    While the database works on the balances, the rows of everything else are prepared.
    """
    if not result.posted:
        return
    with cursor.connection.pipeline():
        _write_balances(cursor, result.accounts)
        _write_holds(cursor, result.holds)
        movements = [_movement_row(posted) for posted in result.posted]
        entries = _entry_rows(result.posted)
        events = outbox.rows(_facts(result.posted), event_at=result.posted[0].posted_at)
    _copy(cursor, _COPY_MOVEMENTS, _MOVEMENT_TYPES, movements)
    _copy(cursor, _COPY_ENTRIES, _ENTRY_TYPES, entries)
    outbox.copy_in(cursor, events)


def _copy(cursor: Cursor, query: str, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with cursor.copy(query) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)


def _movement_row(posted: Posted) -> tuple[Any, ...]:
    return (
        posted.id,
        posted.kind,
        posted.currency,
        posted.narration,
        posted.initiator,
        posted.booking_date,
        posted.value_date,
        posted.posted_at,
        posted.reverses,
        posted.hold,
        posted.fingerprint,
    )


def _entry_rows(batch: Sequence[Posted]) -> list[tuple[Any, ...]]:
    return [
        (e.account, e.sequence, posted.id, e.side, e.amount, e.balance_after)
        for posted in batch
        for e in posted.entries
    ]


def _write_balances(cursor: Cursor, accounts: Sequence[AccountState]) -> None:
    cursor.execute(
        _WRITE_BALANCES,
        (
            ",".join([account.id for account in accounts]),
            _array([account.balance for account in accounts]),
            _array([account.held for account in accounts]),
            _array([account.sequence for account in accounts]),
        ),
    )


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _write_holds(cursor: Cursor, holds: Sequence[HoldState]) -> None:
    if holds:
        rows = [
            (h.id, h.account, h.currency, h.remaining, h.status, h.placed_at, h.expires_at, h.amount)
            for h in holds
        ]
        cursor.executemany(_WRITE_HOLDS, rows)


def _facts(batch: Sequence[Posted]) -> list[MovementPosted]:
    """What the ledger hears. A batch is posted at one moment: its text is made once."""
    posted_at = rfc3339(batch[0].posted_at)
    booking_date = batch[0].booking_date.isoformat()
    return [
        MovementPosted(
            id=posted.id,
            kind=posted.kind,
            currency=posted.currency,
            entries=posted.entries,
            narration=posted.narration,
            booking_date=booking_date,
            value_date=posted.value_date.isoformat(),
            posted_at=posted_at,
            reverses=posted.reverses,
            hold=posted.hold,
        )
        for posted in batch
        if posted.entries
    ]
