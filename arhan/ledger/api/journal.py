"""The journal and the trial balance, for those who audit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from arhan.kernel.auth import permit
from arhan.kernel.office import Routes
from arhan.ledger.domain.trial_balance import Sheet
from arhan.ledger.schemas import (
    EntryShape,
    JournalPage,
    LineShape,
    TrialBalance,
    TrialBalanceRow,
    TrialBalanceSheet,
)
from arhan.ledger.service import journal
from arhan.ledger.store.reading import Wanted, WrittenEntry

AUDITORS = permit("auditor", "admin", scope="ledger:read")
LARGEST_CURSOR = 2**63 - 1

routes = Routes(service="ledger", tag="journal")

Id = Annotated[str, Query(max_length=64)]
Currency = Annotated[str, Query(pattern="^([A-Z]{3})?$")]


@routes.get("/v1/journal-entries", permit=AUDITORS, answer=JournalPage)
def list_journal_entries(
    request: HttpRequest,
    *,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_CURSOR)] = None,
    account: Id = "",
    ledger_account: Id = "",
    movement: Id = "",
    kind: Id = "",
    currency: Currency = "",
    booked_from: date | None = None,
    booked_until: date | None = None,
) -> JournalPage:
    """Entries of the journal, newest first."""
    wanted = Wanted(
        account=account,
        ledger_account=ledger_account,
        movement=movement,
        kind=kind,
        currency=currency,
        booked_from=booked_from,
        booked_until=booked_until,
    )
    found = journal.list_entries(wanted=wanted, before=after, limit=limit + 1)
    page = found[:limit]
    return JournalPage(
        items=[_entry(written) for written in page],
        next=str(page[-1].entry.number) if len(found) > limit else None,
    )


@routes.get("/v1/trial-balance", permit=AUDITORS, answer=TrialBalance)
def get_trial_balance(
    request: HttpRequest, *, as_of: date | None = None, currency: Currency = ""
) -> TrialBalance:
    """Every ledger account's balance at the end of a booking date; without one, as of now."""
    sheets = journal.draw_trial_balance(as_of=as_of, currency=currency)
    return TrialBalance(
        as_of=as_of,
        currencies=[_sheet(sheet) for sheet in sheets],
        balanced=all(sheet.balanced for sheet in sheets),
    )


def _entry(written: WrittenEntry) -> EntryShape:
    entry = written.entry
    return EntryShape(
        number=entry.number,
        id=entry.id,
        movement_id=entry.movement,
        kind=entry.kind,
        currency=entry.currency,
        narration=entry.narration,
        booking_date=date.fromisoformat(entry.booking_date),
        value_date=date.fromisoformat(entry.value_date),
        posted_at=datetime.fromisoformat(entry.posted_at),
        reverses=entry.reverses,
        hold=entry.hold,
        lines=[
            LineShape(
                account=w.line.account,
                ledger_account=w.line.ledger_account,
                side=w.line.side,
                amount=w.line.amount,
                sequence=w.sequence,
                balance_after=w.balance_after,
            )
            for w in written.lines
        ],
    )


def _sheet(sheet: Sheet) -> TrialBalanceSheet:
    return TrialBalanceSheet(
        currency=sheet.currency,
        accounts=[
            TrialBalanceRow(
                code=row.ledger_account.code,
                name=row.ledger_account.name,
                type=row.ledger_account.type,
                normal_side=row.ledger_account.normal_side,
                debits=row.turnover.debits,
                credits=row.turnover.credits,
                debit=row.debit_balance,
                credit=row.credit_balance,
                balance=row.balance,
            )
            for row in sheet.rows
        ],
        total_debit=sheet.debits,
        total_credit=sheet.credits,
        balanced=sheet.balanced,
    )
