"""What was paid and received: the list with its filters, and one payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain import activity
from arhan.frontend.labels import PAYMENT_KINDS, PAYMENT_STATES
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

PER_PAGE = 20
OFFERED_STATES = ("completed", "declined", "review")
OFFERED_KINDS = ("transfer", "deposit", "refund")
FILTERS = ("status", "account", "kind")


@require_safe
@for_customers
def show_transactions(request: PageRequest) -> HttpResponse:
    """The customer's payments, newest first; filters and place are in the address."""
    filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    after = request.GET.get("after", "")
    panels = ask_all(
        visitor_of(request),
        accounts=bank.accounts(),
        payments=bank.payments(limit=PER_PAGE, after=after, **filters),
    )
    accounts = panels["accounts"].value.items if panels["accounts"].ok else []
    found = panels["payments"].value
    lines = [activity.line(payment) for payment in found.items] if found else []
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "panels": panels,
        "accounts": accounts,
        "days": activity.by_day(lines, timezone.get_current_timezone()),
        "next": found.next if found else None,
        "filters": filters,
        "after": after,
        "query": query.urlencode(),
        "kinds": [(code, PAYMENT_KINDS[code]) for code in OFFERED_KINDS],
        "states": [(code, PAYMENT_STATES[code].label) for code in OFFERED_STATES],
    }
    template = (
        "customer/transactions_rows.html"
        if request.headers.get("HX-Request")
        else "customer/transactions.html"
    )
    return render(request, template, context)


@require_safe
@for_customers
def show_payment(request: PageRequest, payment_id: str) -> HttpResponse:
    """One payment with everything the bank knows about it."""
    line = activity.line(ask(visitor_of(request), bank.payment(payment_id)))
    return render(request, "customer/payment.html", {"line": line, "payment": line.payment})
