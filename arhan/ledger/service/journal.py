"""Writing down what was posted, and looking it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.account import AccountOpened, MovementPosted
from arhan.kernel.database import django_transaction
from arhan.kernel.ids import new_id
from arhan.ledger.domain import trial_balance
from arhan.ledger.domain.journal import write_entry
from arhan.ledger.store import journal, reading
from arhan.ledger.store import trial_balance as turnovers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arhan.kernel.outbox import Event
    from arhan.ledger.domain.trial_balance import Sheet
    from arhan.ledger.store.reading import Wanted, WrittenEntry


def write_down(cursor: Any, events: Sequence[Event]) -> None:
    """Write account's events into the books, in the transaction that moves the inbox cursor.

    The cursor's row is locked, so there is one writer and the numbers have no gap.
    """
    opened = [msgspec.convert(e.data, AccountOpened) for e in events if e.type == AccountOpened.event_type()]
    posted = [
        msgspec.convert(e.data, MovementPosted) for e in events if e.type == MovementPosted.event_type()
    ]
    journal.add_accounts(cursor, opened)
    if posted:
        first = journal.last_number(cursor) + 1
        entries = [
            write_entry(movement, number=number, entry_id=new_id("je"))
            for number, movement in enumerate(posted, start=first)
        ]
        journal.add_entries(cursor, entries, posted)


def list_entries(*, wanted: Wanted, before: int | None, limit: int) -> list[WrittenEntry]:
    """Journal entries, newest first."""
    with django_transaction() as cursor:
        return reading.list_newest(cursor, wanted, before=before, limit=limit)


def draw_trial_balance(*, as_of: date | None, currency: str) -> list[Sheet]:
    """The trial balance at the end of a booking date, one sheet per currency."""
    with django_transaction() as cursor:
        return trial_balance.draw_up(turnovers.list_turnovers(cursor, as_of=as_of, currency=currency))
