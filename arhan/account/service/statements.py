"""Statements: numbered each month when its last day is closed, and extracts of any period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from arhan.account.errors.statements import PERIOD_UNFIT, STATEMENT_TOO_LONG
from arhan.account.service import entries
from arhan.account.service.accounts import bank_code, get_for
from arhan.account.statements import FORMATS, PIECE, Line, Statement
from arhan.account.store import entries as entry_store
from arhan.account.store import statements as store
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from arhan.account.domain.cob import Closing
    from arhan.account.models import Account
    from arhan.account.models import Statement as Numbered
    from arhan.account.store.entries import EntryRow
    from arhan.kernel.auth import Principal

PAGE = 500
MOST_AT_ONCE = 20_000
"""Lines; what is longer is made in the background (statement_files.py)."""
LONGEST = timedelta(days=3660)


class StatementWrongError(Exception):
    """A statement and its entries do not say the same: a defect, and nothing to hand out."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a statement says, and among which entries its lines are."""

    told: Statement
    first_entry: int
    last_entry: int


@dataclass(frozen=True, slots=True)
class Document:
    """A statement as a file."""

    content: bytes
    media_type: str
    name: str


def state_month(day: Closing) -> Iterator[int]:
    """Number every account's statement when the last day of a month is closed; pages, for the closing."""
    if day.next_date.month == day.date.month:
        return
    after, since = "", day.date.replace(day=1)
    while accounts := store.list_due(day=day.date, since=since, after=after, limit=PAGE):
        with django_transaction():
            stated = store.state_all(accounts, day=day.date, now=clock.now())
        yield stated
        after = accounts[-1]


def list_statements(principal: Principal, account_id: str, *, before: int, limit: int) -> list[Numbered]:
    """An account's numbered statements, newest first; Refused(not_found)."""
    return store.list_of(get_for(principal, account_id).id, before=before, limit=limit)


def get_statement(principal: Principal, account_id: str, number: int, *, form: str) -> Document:
    """A numbered statement; Refused(not_found | statement_too_long)."""
    return _make(settle_numbered(get_for(principal, account_id), number), form)


def extract(principal: Principal, account_id: str, *, since: date, until: date, form: str) -> Document:
    """What happened in a period; Refused(not_found | period_unfit | statement_too_long)."""
    return _make(settle_period(get_for(principal, account_id), since=since, until=until), form)


def settle_numbered(account: Account, number: int) -> Settled:
    """What a numbered statement says; Refused(not_found)."""
    found = store.find(account.id, number)
    if found is None:
        raise not_found(what="statement")
    settled = _settle(account, since=found.since, until=found.until, number=number)
    told = settled.told
    if (told.opening, told.closing) != (found.opening, found.closing):
        msg = f"statement {number} of {account.id} is not what its entries say"
        raise StatementWrongError(msg)
    return settled


def settle_period(account: Account, *, since: date, until: date) -> Settled:
    """What an extract says, as of now; Refused(period_unfit)."""
    if not since <= until <= since + LONGEST:
        raise Refused(PERIOD_UNFIT)
    return _settle(account, since=since, until=until, number=0)


def read_lines(settled: Settled, *, begin: int, balance: int, done: int) -> list[Line]:
    """The next PIECE of lines, from an entry on, with the balance each leaves in the order of the statement."""
    told = settled.told
    found = entry_store.read_forward(
        account=told.account,
        lowest=begin,
        highest=settled.last_entry,
        since=told.since,
        until=told.until,
        limit=min(PIECE, told.count - done),
    )
    balances = accumulate((entry.change for entry in found), initial=balance)
    next(balances)
    return [_line(entry, left) for entry, left in zip(found, balances, strict=True)]


def check_end(told: Statement, *, balance: int, done: int) -> None:
    """What was read must be what was settled; StatementWrongError."""
    if (balance, done) != (told.closing, told.count):
        msg = f"the lines of {told.name} of {told.account} do not add up"
        raise StatementWrongError(msg)


def tell(
    account: Account,
    *,
    since: date,
    until: date,
    number: int,
    opening: int,
    closing: int,
    count: int,
    made_at: datetime,
) -> Statement:
    """An account's statement with these figures."""
    return Statement(
        bank_code=bank_code(),
        account=account.id,
        number=account.number or account.id,
        kind=account.product.kind if account.product else "",
        holder=account.name,
        currency=account.currency,
        since=since,
        until=until,
        legal_number=number,
        opening=opening,
        closing=closing,
        count=count,
        made_at=made_at,
    )


def _settle(account: Account, *, since: date, until: date, number: int) -> Settled:
    """Whose entries, how many, and what they come to: found by their numbers, without reading them."""
    before, opening = entries.booked_by(account.id, since - timedelta(days=1))
    through, closing = entries.booked_by(account.id, until)
    first, last = entries.numbers_booked(account.id, since=since, until=until)
    told = tell(
        account,
        since=since,
        until=until,
        number=number,
        opening=opening,
        closing=closing,
        count=through - before,
        made_at=clock.now(),
    )
    return Settled(told, first, last)


def _make(settled: Settled, form: str) -> Document:
    """At once, in this process: what is not too long for that; Refused(statement_too_long)."""
    told, how = settled.told, FORMATS[form]
    if told.count > MOST_AT_ONCE:
        raise Refused(STATEMENT_TOO_LONG)
    content = b"".join(how.make(told, _read_all(settled)))
    return Document(content, how.media_type, f"{told.name}.{how.ending}")


def _read_all(settled: Settled) -> Iterator[list[Line]]:
    begin, balance, done = settled.first_entry, settled.told.opening, 0
    while lines := read_lines(settled, begin=begin, balance=balance, done=done):
        yield lines
        begin, balance, done = lines[-1].number + 1, lines[-1].balance, done + len(lines)
    check_end(settled.told, balance=balance, done=done)


def _line(entry: EntryRow, balance: int) -> Line:
    return Line(
        number=entry.sequence,
        movement=entry.movement,
        kind=entry.kind,
        change=entry.change,
        balance=balance,
        booking_date=entry.booking_date,
        value_date=entry.value_date,
        narration=entry.narration,
    )
