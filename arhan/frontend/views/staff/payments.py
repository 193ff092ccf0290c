"""All payments, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.labels import PAYMENT_KINDS, PAYMENT_STATES
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import payments as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.filters import day_begins, place_of

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.payments import Payment

PER_PAGE = 30
FILTERS = ("status", "kind", "account", "customer")
DAYS = ("from", "until")
READERS = ("teller", "support", "risk", "auditor", "admin")


@require_safe
@for_staff(*READERS)
def show_payments(request: PageRequest) -> HttpResponse:
    """Newest first, by state, kind, account or customer."""
    filters, place = _filters(request), place_of(request, per_page=PER_PAGE)
    asked = bank.payments.newest(**place, **filters, **_time(request))
    panels = ask_all(visitor_of(request), payments=asked)
    found = panels["payments"].value
    context = {
        "panels": panels,
        "payments": found.items if found else [],
        "next": found.next if found else None,
        "filters": filters | {name: request.GET.get(name, "") for name in DAYS},
        "per_page": PER_PAGE,
        "kinds": PAYMENT_KINDS.items(),
        "states": [(code, state.label) for code, state in PAYMENT_STATES.items()],
    }
    partial = request.headers.get("HX-Request")
    return render(request, "staff/payments_rows.html" if partial else "staff/payments.html", context)


@require_safe
@for_staff(*READERS)
def show_payment(request: PageRequest, payment_id: str) -> HttpResponse:
    """One payment, with what screening said and who asked for it."""
    payment = ask(visitor_of(request), bank.payments.one(payment_id))
    return render(request, "staff/payment.html", {"payment": payment})


@require_safe
@for_staff(*READERS)
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """The payments the filters leave, as a file."""
    filters = _filters(request) | _time(request)

    def page(after: str) -> Question[Listed[Payment]]:
        return bank.payments.newest(after=after, limit=bank.payments.MOST, **filters)

    return take_along(request, tables.everybodys(every(visitor_of(request), page)), form)


def _filters(request: PageRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}


def _time(request: PageRequest) -> dict[str, str]:
    """The days that were chosen, the last one included, as moments in the visitor's zone."""
    since, until = day_begins(request.GET.get("from", "")), day_begins(request.GET.get("until", ""), plus=1)
    return {name: at.isoformat() for name, at in (("since", since), ("until", until)) if at}
