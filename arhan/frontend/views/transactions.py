"""What was paid and received: the list with its filters, and one payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from arhan.frontend import bank
from arhan.frontend.domain import activity
from arhan.frontend.forms.paying import PinForm
from arhan.frontend.labels import PAYMENT_KINDS, PAYMENT_STATES
from arhan.frontend.pages import PageRequest
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import payments as tables
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.filters import place_of
from arhan.frontend.views.sending import PIN_FIELDS
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.payments import Payment

PER_PAGE = 20
OFFERED_STATES = ("completed", "declined", "review")
OFFERED_KINDS = ("transfer", "deposit", "refund")
FILTERS = ("status", "account", "kind")


@require_safe
@for_customers
def show_transactions(request: PageRequest) -> HttpResponse:
    """The customer's payments, newest first; filters and place are in the address."""
    filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    panels = ask_all(
        visitor_of(request),
        accounts=bank.accounts.mine(),
        payments=bank.payments.newest(**place_of(request, per_page=PER_PAGE), **filters),
    )
    accounts = panels["accounts"].value.items if panels["accounts"].ok else []
    found = panels["payments"].value
    lines = [activity.line(payment) for payment in found.items] if found else []
    context = {
        "panels": panels,
        "accounts": accounts,
        "days": activity.by_day(lines, timezone.get_current_timezone()),
        "next": found.next if found else None,
        "filters": filters,
        "after": request.GET.get("after", ""),
        "per_page": PER_PAGE,
        "kinds": [(code, PAYMENT_KINDS[code]) for code in OFFERED_KINDS],
        "states": [(code, PAYMENT_STATES[code].label) for code in OFFERED_STATES],
    }
    template = (
        "customer/transactions_rows.html"
        if request.headers.get("HX-Request")
        else "customer/transactions.html"
    )
    return render(request, template, context)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def refund(request: PageRequest, payment_id: str) -> HttpResponse:
    """Give a received payment back, whole; however often it is submitted, it goes back once."""
    visitor = visitor_of(request)
    payment = ask(visitor, bank.payments.one(payment_id))
    if not payment.can_be_refunded:
        return redirect("payment", payment_id=payment.id)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = f"refund-{payment.id}"
        try:
            back = ask(visitor, bank.payments.refund(payment.id, pin=form.cleaned_data["pin"], key=key))
        except Refused as refused:
            form.refuse(refused, PIN_FIELDS)
        else:
            return redirect("payment", payment_id=back.id)
    context = {"form": form, "payment": payment}
    return render(request, "customer/refund.html", context, status=422 if form.errors else 200)


@require_safe
@for_customers
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """The payments the filters leave, as a file."""
    filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}

    def page(after: str) -> bank.Question[Listed[Payment]]:
        return bank.payments.newest(after=after, limit=bank.payments.MOST, **filters)

    return take_along(request, tables.mine(every(visitor_of(request), page)), form)


@require_safe
@for_customers
def show_payment(request: PageRequest, payment_id: str) -> HttpResponse:
    """One payment with everything the bank knows about it."""
    line = activity.line(ask(visitor_of(request), bank.payments.one(payment_id)))
    return render(
        request,
        "customer/payment.html",
        {"line": line, "payment": line.payment, "me": visitor_of(request).session.person},
    )
