"""The posting engine's queries: read and lock what a batch concerns, write what became of it.

All set-based and all on psycopg, no ORM: a batch of a thousand costs a handful of statements. The
caller opens the transaction. Lock order: balance rows by account id, then outflow rows by customer and
currency. A hold changes only while the balance row of its account is locked, so holds need no locks of
their own. Outflow rows are asked for only when somebody pays who has several accounts of a currency: one
more question for the whole batch, none for everybody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from arhan.account.cards.rules import CardState
from arhan.account.cards.spending import Spending
from arhan.account.domain.book import (
    NO_OUTFLOWS,
    AccountState,
    Book,
    HoldState,
    Outflow,
    Outflows,
    PostedBefore,
)
from arhan.account.domain.limits import SPENDING as SPENDING_KINDS
from arhan.account.store.bulk import Table
from arhan.account.store.card_authentication import SPENDING, STATE
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
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from arhan.account.domain.posting import Posted, Result
    from arhan.contracts.account import Command

    Connection = psycopg.Connection[Any]

# Ids travel as one comma-separated text: no id has a comma, and a list parameter costs psycopg a
# microsecond per element, as much as everything else the batch does with it.

_LOCK_ACCOUNTS = """
SELECT account, currency, ledger_account, balance, held, floor, sequence,
       may_debit, may_credit, closed, pin_version, tier, payment_limit, day_limit, month_limit,
       spent_on, spent_day, spent_month, spender
FROM balance WHERE account = ANY (string_to_array(%s, ',')) ORDER BY account FOR NO KEY UPDATE
"""
_LOCK_OUTFLOWS = """
SELECT customer, currency, day, amount FROM outflow
JOIN unnest(string_to_array(%s, ','), string_to_array(%s, ',')) AS wanted (customer, currency)
     USING (customer, currency)
ORDER BY customer, currency FOR NO KEY UPDATE OF outflow
"""
_POSTED_BEFORE = """
SELECT id, fingerprint, posted_at FROM movement WHERE id = ANY (string_to_array(%s, ','))
"""
_REVERSED = "SELECT reverses FROM movement WHERE reverses = ANY (string_to_array(%s, ','))"
_ACCOUNTS_OF_HOLDS = "SELECT account, card FROM hold WHERE id = ANY (string_to_array(%s, ','))"
_HOLDS = """
SELECT id, account, currency, remaining, status, placed_at, expires_at, amount, counted_on, card
FROM hold WHERE id = ANY (string_to_array(%s, ','))
"""
_MOVEMENTS = Table(
    "movement",
    {
        "id": "text",
        "kind": "text",
        "currency": "text",
        "narration": "text",
        "initiator": "text",
        "booking_date": "date",
        "value_date": "date",
        "posted_at": "timestamptz",
        "reverses": "text",
        "hold": "text",
        "fingerprint": "bytea",
    },
)
_ENTRIES = Table(
    "entry",
    {
        "account": "text",
        "sequence": "int8",
        "movement": "text",
        "side": "text",
        "amount": "int8",
        "balance_after": "int8",
    },
)
_VALUE_DATED = Table(
    "value_dated",
    {
        "account": "text",
        "sequence": "int8",
        "booking_date": "date",
        "value_date": "date",
        "change": "int8",
    },
)
_EVENTS = Table(
    "outbox",
    {
        "event_id": "text",
        "type": "text",
        "subject": "text",
        "event_at": "timestamptz",
        "traceparent": "text",
        "data": "text",
    },
)
_WRITE_BALANCES = """
UPDATE balance SET balance = new.balance, held = new.held, sequence = new.sequence,
       spent_on = greatest(balance.spent_on, %s), spent_day = new.spent_day, spent_month = new.spent_month
FROM unnest(string_to_array(%s, ','), %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS new (account, balance, held, sequence, spent_day, spent_month)
WHERE balance.account = new.account
"""
_HOLD = ", ".join(HoldState.__struct_fields__)
_WRITE_HOLDS = f"""
INSERT INTO hold ({_HOLD}) SELECT {_HOLD} FROM json_populate_recordset(NULL::hold, %s::json)
ON CONFLICT (id) DO UPDATE SET remaining = excluded.remaining, status = excluded.status
"""  # noqa: S608 - our own words
# A card and its counters change only while the balance row of its account is locked, as it is here.
_CARDS = f"""
SELECT {STATE}, {SPENDING} FROM card c JOIN card_spending s ON s.card = c.id
LEFT JOIN card_pin p ON p.card = c.id WHERE c.id = ANY (string_to_array(%s, ','))
"""  # noqa: S608 - our own words
_COUNTERS = Spending.__struct_fields__[1:]
_WRITE_SPENDING = f"""
UPDATE card_spending SET {", ".join(f"{name} = s.{name}" for name in _COUNTERS)}
FROM json_populate_recordset(NULL::card_spending, %s::json) AS s WHERE card_spending.card = s.card
"""  # noqa: S608 - our own words
_WRITE_OUTFLOWS = """
UPDATE outflow SET day = o.day, amount = o.amount FROM json_populate_recordset(NULL::outflow, %s::json) AS o
WHERE (outflow.customer, outflow.currency) = (o.customer, o.currency)
"""

_STATE_MEMBERS = len(CardState.__struct_fields__)
_encode = msgspec.json.Encoder().encode


def ask_for_book(connection: Connection, commands: Sequence[Command]) -> Callable[[], Book]:
    """Ask, in a pipeline, for what these commands concern, the balances locked until the transaction ends.

    The answer is read when it is called.
    """
    accounts, holds, reversed_, cards = _concerned(commands)
    if holds:
        for account, card in _ask(connection, _ACCOUNTS_OF_HOLDS, holds).fetchall():
            accounts.add(account)
            cards.update({card} if card else ())
    locked = _ask(connection, _LOCK_ACCOUNTS, accounts)
    before = _ask(connection, _POSTED_BEFORE, [*(command.id for command in commands), *reversed_])
    held = _ask(connection, _HOLDS, holds) if holds else None
    undone = _ask(connection, _REVERSED, reversed_) if reversed_ else None
    shown = _ask(connection, _CARDS, cards) if cards else None

    def read() -> Book:
        used = shown.fetchall() if shown else []
        accounts = {row[0]: AccountState(*row) for row in locked.fetchall()}
        held_now = {row[0]: HoldState(*row) for row in held.fetchall()} if held else {}
        return Book(
            accounts=accounts,
            posted={id_: PostedBefore(*rest) for id_, *rest in before.fetchall()},
            holds=held_now,
            reversed={id_ for (id_,) in undone.fetchall()} if undone else (),
            cards={row[0]: CardState(*row[:_STATE_MEMBERS]) for row in used},
            spending={spent.card: spent for spent in (Spending(*row[_STATE_MEMBERS:]) for row in used)},
            outflows=_lock_outflows(connection, commands, accounts, held_now),
        )

    return read


def _lock_outflows(
    connection: Connection,
    commands: Sequence[Command],
    accounts: Mapping[str, AccountState],
    holds: Mapping[str, HoldState],
) -> Outflows:
    """What was paid by customers who pay now, or whose holds end, and have several accounts of the currency."""
    shared = {name for name, account in accounts.items() if account.spender is not None}
    if not shared:
        return NO_OUTFLOWS
    paying = shared.intersection(_paying(commands, holds))
    keys = {(accounts[name].spender or "", accounts[name].currency) for name in paying}
    if not keys:
        return NO_OUTFLOWS
    asked = (",".join(customer for customer, _ in keys), ",".join(currency for _, currency in keys))
    found = psycopg.Cursor(connection).execute(_LOCK_OUTFLOWS, asked, binary=True)
    return {(row[0], row[1]): Outflow(*row) for row in found.fetchall()}


def _paying(commands: Iterable[Command], holds: Mapping[str, HoldState]) -> Iterator[str]:
    """The accounts that are debited by what counts against limits, and those whose holds may end."""
    for command in commands:
        if isinstance(command, HoldCommand):
            yield command.account
        elif isinstance(command, MovementCommand):
            if command.kind in SPENDING_KINDS:
                yield from (posting.account for posting in command.postings if posting.side == "debit")
        elif command.hold in holds:
            yield holds[command.hold].account


def _concerned(commands: Sequence[Command]) -> tuple[set[str], set[str], set[str], set[str]]:
    """The accounts and holds these commands name, the movements they reverse, and the cards they use."""
    accounts: set[str] = set()
    holds: set[str] = set()
    reversed_: set[str] = set()
    cards: set[str] = set()
    for command in commands:
        if isinstance(command, (MovementCommand, CaptureCommand)):
            accounts.update([posting.account for posting in command.postings])
        if isinstance(command, (CaptureCommand, ReleaseCommand)):
            holds.add(command.hold)
        elif command.pin_proof is not None:
            accounts.add(command.pin_proof.account)
        if isinstance(command, (MovementCommand, HoldCommand)) and command.card is not None:
            cards.add(command.card.card)
        if isinstance(command, MovementCommand) and command.reverses is not None:
            reversed_.add(command.reverses)
        if isinstance(command, HoldCommand):
            accounts.add(command.account)
    return accounts, holds, reversed_, cards


def _ask(connection: Connection, query: str, ids: Iterable[str]) -> psycopg.Cursor[Any]:
    return psycopg.Cursor(connection).execute(query.encode(), (",".join(ids),), binary=True)


def write(connection: Connection, result: Result) -> None:
    """Balances, holds, movements, entries and events of a batch, in the caller's transaction.

    While the database works on the balances, the rows of everything else are prepared.
    """
    if not result.posted:
        return
    with connection.pipeline():
        _write_balances(connection, result.accounts, on=result.posted[0].booking_date)
        _write_holds(connection, result.holds)
        _write_spending(connection, result.spending)
        _write_outflows(connection, result.outflows)
        movements = [_movement_row(posted) for posted in result.posted]
        entries = _entry_rows(result.posted)
        events = outbox.rows(_facts(result.posted), event_at=result.posted[0].posted_at)
    _MOVEMENTS.write(connection, movements)
    _VALUE_DATED.write(connection, _value_dated_rows(result.posted))
    _ENTRIES.write(connection, entries)
    _EVENTS.write(connection, events)


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


def _value_dated_rows(batch: Sequence[Posted]) -> list[tuple[Any, ...]]:
    """Entries that bear interest from another day than they are booked on: few, and found again by account."""
    return [
        (
            e.account,
            e.sequence,
            posted.booking_date,
            posted.value_date,
            e.amount if e.side == "credit" else -e.amount,
        )
        for posted in batch
        if posted.value_date != posted.booking_date
        for e in posted.entries
    ]


def _write_balances(connection: Connection, accounts: Sequence[AccountState], *, on: date) -> None:
    psycopg.Cursor(connection).execute(
        _WRITE_BALANCES,
        (
            on,  # every account that changed counts for the day of the batch, unless it does for a later one
            ",".join([account.id for account in accounts]),
            _array([account.balance for account in accounts]),
            _array([account.held for account in accounts]),
            _array([account.sequence for account in accounts]),
            _array([account.spent_day for account in accounts]),
            _array([account.spent_month for account in accounts]),
        ),
    )


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _write_holds(connection: Connection, holds: Sequence[HoldState]) -> None:
    if holds:
        psycopg.Cursor(connection).execute(_WRITE_HOLDS.encode(), (_encode(holds).decode(),))


def _write_spending(connection: Connection, spending: Sequence[Spending]) -> None:
    if spending:
        psycopg.Cursor(connection).execute(_WRITE_SPENDING.encode(), (_encode(spending).decode(),))


def _write_outflows(connection: Connection, outflows: Sequence[Outflow]) -> None:
    if outflows:
        psycopg.Cursor(connection).execute(_WRITE_OUTFLOWS.encode(), (_encode(outflows).decode(),))


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
