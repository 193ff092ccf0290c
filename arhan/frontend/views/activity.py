"""Everything that happened lately in one place, and one search over what one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain import activity, finding
from arhan.frontend.domain.happenings import gather
from arhan.frontend.domain.screens import customer_screens
from arhan.frontend.labels import LOAN_PURPOSES, SCREENS, of
from arhan.frontend.service.asking import ask_all
from arhan.frontend.views.access import for_customers, visitor_of

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.service.asking import Panels

RECENT = 20


@require_safe
@for_customers
def hub(request: PageRequest) -> HttpResponse:
    """Payments, loans, sign-ins and identity checks on one string of time."""
    panels = ask_all(
        visitor_of(request),
        payments=bank.payments.newest(limit=RECENT),
        loans=bank.lending.listed(limit=RECENT),
        logins=bank.people.logins(),
        dossier=bank.kyc.mine(),
    )
    found = gather(
        payments=_items(panels, "payments"),
        loans=_items(panels, "loans"),
        logins=_items(panels, "logins"),
        dossier=panels["dossier"].value,
    )
    silent = [panel for panel in panels.found.values() if not panel.ok]
    return render(request, "customer/activity.html", {"happenings": found, "silent": silent})


@require_safe
@for_customers
def search(request: PageRequest) -> HttpResponse:
    """One's payments, payees, accounts, loans and screens by any word or number of theirs."""
    query = request.GET.get("query", "").strip()
    panels = ask_all(
        visitor_of(request),
        accounts=bank.accounts.mine(),
        payments=bank.payments.newest(limit=bank.payments.MOST),
        loans=bank.lending.listed(limit=RECENT),
        kept=bank.payments.beneficiaries(),
    )
    screens = [(screen, str(SCREENS[screen.name])) for screen in customer_screens()]
    lines = [activity.line(payment) for payment in _items(panels, "payments")]
    context = {
        "query": query,
        "silent": [panel for panel in panels.found.values() if not panel.ok],
        "accounts": [a for a in _items(panels, "accounts") if finding.fits(query, a.number, a.kind, a.id)],
        "lines": [found for found in lines if finding.is_in_line(query, found)][:RECENT],
        "loans": [
            loan
            for loan in _items(panels, "loans")
            if finding.fits(query, loan.id, of(LOAN_PURPOSES, loan.purpose))
        ],
        "payees": [
            kept
            for kept in _items(panels, "kept")
            if finding.fits(query, kept.nickname, kept.name, kept.number)
        ],
        "screens_found": [screen for screen, name in screens if finding.fits(query, name)],
    }
    return render(request, "customer/search.html", context)


def _items(panels: Panels, name: str) -> list[Any]:
    panel = panels[name]
    return panel.value.items if panel.ok else []
