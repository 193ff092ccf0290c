"""The books: trial balance and journal, with drill-down from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.labels import LEDGER_ACCOUNTS, MOVEMENT_KINDS
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import amount_cell, csv_download
from arhan.kernel.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, StreamingHttpResponse

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.books import JournalEntry
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.service.sessions import Visitor

PER_PAGE = 25
AUDITORS = ("auditor", "admin")
FILTERS = ("ledger_account", "account", "movement", "kind", "currency", "booked_from", "booked_until")


@require_safe
@for_staff(*AUDITORS)
def trial_balance(request: PageRequest) -> HttpResponse:
    """Every ledger account, debits and credits side by side; each leads into the journal."""
    as_of = request.GET.get("as_of", "")
    panels = ask_all(
        visitor_of(request), sheet=bank.books.trial_balance(as_of=as_of), seal=bank.books.latest_seal()
    )
    return render(request, "staff/trial_balance.html", {"panels": panels, "as_of": as_of})


@require_safe
@for_staff(*AUDITORS)
def trial_balance_csv(request: PageRequest) -> StreamingHttpResponse:
    """The trial balance as CSV."""
    asked = bank.books.trial_balance(as_of=request.GET.get("as_of", ""))
    found = ask(visitor_of(request), asked)
    header = ("currency", "code", "name", "type", "debits", "credits", "debit", "credit")
    rows = [
        (
            sheet.currency,
            row.code,
            row.name,
            row.type,
            *(amount_cell(n, sheet.currency) for n in (row.debits, row.credits, row.debit, row.credit)),
        )
        for sheet in found.currencies
        for row in sheet.accounts
    ]
    return csv_download("arhan-trial-balance.csv", header, rows)


@require_safe
@for_staff(*AUDITORS)
def journal(request: PageRequest) -> HttpResponse:
    """Journal entries, newest first."""
    filters = _filters(request)
    asked = bank.books.journal(limit=PER_PAGE, after=request.GET.get("after", ""), **filters)
    panels = ask_all(visitor_of(request), entries=asked)
    query = request.GET.copy()
    query.pop("after", None)
    found = panels["entries"].value
    context = {
        "panels": panels,
        "entries": found.items if found else [],
        "next": found.next if found else None,
        "filters": filters,
        "query": query.urlencode(),
        "chart": LEDGER_ACCOUNTS.items(),
        "kinds": MOVEMENT_KINDS.items(),
    }
    partial = request.headers.get("HX-Request")
    return render(request, "staff/journal_rows.html" if partial else "staff/journal.html", context)


@require_safe
@for_staff(*AUDITORS)
def journal_entry(request: PageRequest, movement_id: str) -> HttpResponse:
    """One entry with its debits and credits side by side."""
    found = ask(visitor_of(request), bank.books.journal(movement=movement_id, limit=1)).items
    if not found:
        raise Http404
    entry = found[0]
    context = {
        "payment": entry.movement_id if is_id(entry.movement_id, "pay") else "",
        "entry": entry,
        "debits": [line for line in entry.lines if line.side == "debit"],
        "credits": [line for line in entry.lines if line.side == "credit"],
        "names": LEDGER_ACCOUNTS,
    }
    return render(request, "staff/journal_entry.html", context)


@require_safe
@for_staff(*AUDITORS)
def journal_csv(request: PageRequest) -> StreamingHttpResponse:
    """The lines of the entries the filters leave, debits and credits in columns of their own."""
    header = ("number", "booking_date", "posted_at", "kind", "narration", "account", "ledger_account",
              "debit", "credit", "currency", "movement")  # fmt: skip
    return csv_download("arhan-journal.csv", header, _lines(visitor_of(request), _filters(request)))


def _filters(request: PageRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}


def _lines(visitor: Visitor, filters: dict[str, str]) -> Iterator[tuple[object, ...]]:
    def page(after: str) -> Question[Listed[JournalEntry]]:
        return bank.books.journal(after=after, limit=bank.books.MOST, **filters)

    for entry in every(visitor, page):
        for line in entry.lines:
            amount = amount_cell(line.amount, entry.currency)
            yield (
                entry.number,
                entry.booking_date.isoformat(),
                entry.posted_at.isoformat(),
                entry.kind,
                entry.narration,
                line.account,
                line.ledger_account,
                amount if line.side == "debit" else "",
                amount if line.side == "credit" else "",
                entry.currency,
                entry.movement_id,
            )
