"""The general ledger: debits and credits side by side, between an opening and a closing balance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain import general_ledger
from arhan.frontend.labels import LEDGER_ACCOUNTS
from arhan.frontend.service.asking import ask_all, every
from arhan.frontend.tables import books as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.filters import place_of
from arhan.frontend.views.staff.books import AUDITORS, PER_PAGE
from arhan.kernel.money import MINOR_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.books import JournalEntry
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.service.asking import Panel

FILTERS = ("ledger_account", "account", "currency", "booked_from", "booked_until")
MAIN_CURRENCY = "NGN"


@require_safe
@for_staff(*AUDITORS)
def general_ledger_page(request: PageRequest) -> HttpResponse:
    """Lines newest first; of one ledger account with what it stood at before and after."""
    filters = _filters(request)
    questions: dict[str, Question[Any]] = {
        "entries": bank.books.journal(**place_of(request, per_page=PER_PAGE), **filters)
    }
    if filters.get("ledger_account"):
        questions |= _sheets(filters)
    panels = ask_all(visitor_of(request), **questions)
    found = panels["entries"].value
    context = {
        "panels": panels.found,
        "lines": list(_lines(found.items, filters)) if found else [],
        "next": found.next if found else None,
        "turnover": _turnover(panels.found, filters),
        "filters": filters,
        "per_page": PER_PAGE,
        "chart": LEDGER_ACCOUNTS.items(),
        "currencies": MINOR_DIGITS,
        "names": LEDGER_ACCOUNTS,
    }
    partial = request.headers.get("HX-Request")
    return render(request, "staff/ledger_rows.html" if partial else "staff/ledger.html", context)


@require_safe
@for_staff(*AUDITORS)
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """Every line the filters leave, as a file."""
    filters = _filters(request)

    def page(after: str) -> Question[Listed[JournalEntry]]:
        return bank.books.journal(after=after, limit=bank.books.MOST, **filters)

    lines = _lines(every(visitor_of(request), page), filters)
    return take_along(request, tables.general_ledger(lines), form)


def _filters(request: PageRequest) -> dict[str, str]:
    chosen = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return {"currency": MAIN_CURRENCY} | chosen


def _sheets(filters: dict[str, str]) -> dict[str, Question[Any]]:
    """The trial balances at the end of the time and on the day before it begins."""
    currency = filters["currency"]
    asked = {"after": bank.books.trial_balance(as_of=filters.get("booked_until", ""), currency=currency)}
    if begins := _day(filters.get("booked_from", "")):
        eve = (begins - timedelta(days=1)).isoformat()
        asked["before"] = bank.books.trial_balance(as_of=eve, currency=currency)
    return asked


def _turnover(panels: dict[str, Panel], filters: dict[str, str]) -> general_ledger.Turnover | None:
    """None when there is nothing to sum up, or the books did not say."""
    if "after" not in panels or not panels["after"].ok or not ("before" not in panels or panels["before"].ok):
        return None
    before = panels["before"].value if "before" in panels else None
    return general_ledger.turnover(
        before,
        panels["after"].value,
        ledger_account=filters["ledger_account"],
        currency=filters["currency"],
    )


def _lines(entries: Iterable[JournalEntry], filters: dict[str, str]) -> Iterator[general_ledger.Line]:
    return general_ledger.lines(
        entries, ledger_account=filters.get("ledger_account", ""), account=filters.get("account", "")
    )


def _day(text: str) -> date | None:
    """The day that was chosen; None for none, and for what is no day: the books then say so."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
