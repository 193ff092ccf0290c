"""The books: trial balance and journal, with drill-down from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.labels import LEDGER_ACCOUNTS, MOVEMENT_KINDS
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import books as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.filters import place_of
from arhan.kernel.ids import is_id

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.books import JournalEntry
    from arhan.frontend.schemas.common import Listed

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
def download_trial_balance(request: PageRequest, form: str) -> HttpResponseBase:
    """The trial balance as a file."""
    asked = bank.books.trial_balance(as_of=request.GET.get("as_of", ""))
    return take_along(request, tables.trial_balance(ask(visitor_of(request), asked)), form)


@require_safe
@for_staff(*AUDITORS)
def journal(request: PageRequest) -> HttpResponse:
    """Journal entries, newest first."""
    filters = _filters(request)
    asked = bank.books.journal(**place_of(request, per_page=PER_PAGE), **filters)
    panels = ask_all(visitor_of(request), entries=asked)
    found = panels["entries"].value
    context = {
        "panels": panels,
        "entries": found.items if found else [],
        "next": found.next if found else None,
        "filters": filters,
        "per_page": PER_PAGE,
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
def download_journal(request: PageRequest, form: str) -> HttpResponseBase:
    """The lines of the entries the filters leave, debits and credits in columns of their own."""
    filters = _filters(request)

    def page(after: str) -> Question[Listed[JournalEntry]]:
        return bank.books.journal(after=after, limit=bank.books.MOST, **filters)

    return take_along(request, tables.journal(every(visitor_of(request), page)), form)


def _filters(request: PageRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
