"""Statements: numbered each month when its last day is closed, and extracts of any period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from arhan.account.errors.statements import PERIOD_UNFIT, STATEMENT_TOO_LONG
from arhan.account.service import entries
from arhan.account.service.accounts import bank_code, get_for
from arhan.account.statements import FORMATS, Line, Statement
from arhan.account.store import entries as entry_store
from arhan.account.store import statements as store
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.account.domain.cob import Closing
    from arhan.account.models import Account
    from arhan.account.models import Statement as Numbered
    from arhan.kernel.auth import Principal

PAGE = 500
MOST_LINES = 20_000
LONGEST = timedelta(days=3660)


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


def get_statement(principal: Principal, account_id: str, number: int) -> Statement:
    """A numbered statement, line by line; Refused(not_found | statement_too_long)."""
    account = get_for(principal, account_id)
    found = store.find(account.id, number)
    if found is None:
        raise not_found(what="statement")
    made = _read(account, since=found.since, until=found.until, opening=found.opening, number=number)
    assert made.closing == found.closing, f"statement {number} of {account.id} does not add up"
    return made


def extract(principal: Principal, account_id: str, *, since: date, until: date) -> Statement:
    """What happened in a period; Refused(not_found | period_unfit | statement_too_long)."""
    if not since <= until <= since + LONGEST:
        raise Refused(PERIOD_UNFIT)
    account = get_for(principal, account_id)
    opening = entries.balance_booked(account.id, since - timedelta(days=1))
    return _read(account, since=since, until=until, opening=opening, number=0)


def render(statement: Statement, *, form: str) -> tuple[bytes, str, str]:
    """A statement in a format: its content, media type and file name."""
    media_type, ending, make = FORMATS[form]
    return make(statement), media_type, f"{statement.name}.{ending}"


def _read(account: Account, *, since: date, until: date, opening: int, number: int) -> Statement:
    """The entries booked in a period, each with the balance it leaves in the order of the statement."""
    lines: list[Line] = []
    balance = opening
    first, last = entries.numbers_booked(account.id, since=since, until=until)
    pages = entry_store.read_forward(account=account.id, lowest=first, highest=last, since=since, until=until)
    for entry in (entry for page in pages for entry in page):
        balance += entry.change
        lines.append(
            Line(
                number=entry.sequence,
                movement=entry.movement,
                kind=entry.kind,
                change=entry.change,
                balance=balance,
                booking_date=entry.booking_date,
                value_date=entry.value_date,
                narration=entry.narration,
            )
        )
        if len(lines) > MOST_LINES:
            raise Refused(STATEMENT_TOO_LONG)
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
        closing=balance,
        lines=tuple(lines),
        made_at=clock.now(),
    )
