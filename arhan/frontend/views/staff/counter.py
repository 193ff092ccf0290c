"""Cash over the counter: counted, the holder's name checked, booked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from arhan.frontend import bank
from arhan.frontend.forms.paying import DepositForm
from arhan.frontend.models import Draft
from arhan.frontend.service import payments
from arhan.frontend.service.asking import ask
from arhan.frontend.service.payments import Intent
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.kernel.errors import Refused
from arhan.kernel.money import MINOR_DIGITS

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

KIND = Draft.Kind.DEPOSIT
TAKES_TWO = "deposit_takes_two"
DEPOSIT_FIELDS = {
    "payee_not_found": "account_number",
    "account_not_found": "account_number",
    "number": "account_number",
    "currency_mismatch": "currency",
    "amount_out_of_range": "amount",
    "account_frozen": "account_number",
    "account_closed": "account_number",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("teller")
def deposit(request: PageRequest) -> HttpResponse:
    """Step one: whose account, how much was counted."""
    form = DepositForm(request.POST or None, currencies=MINOR_DIGITS, initial={"currency": "NGN"})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        intent = Intent(
            kind=KIND,
            payee_number=found["account_number"],
            amount=found["amount"],
            currency=found["currency"],
            narration=found["narration"],
        )
        try:
            draft = payments.prepare(visitor_of(request), intent)
        except Refused as refused:
            form.refuse(refused, DEPOSIT_FIELDS)
        else:
            return redirect("confirm-deposit", draft_id=draft.id)
    return render(request, "staff/deposit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("teller")
def confirm_deposit(request: PageRequest, draft_id: str) -> HttpResponse:
    """Step two: the holder's name, the amount in words; booked once however often it is submitted."""
    draft = _draft(request, draft_id)
    if draft.payment:
        return redirect("deposit-receipt", draft_id=draft.id)
    refused = None
    if request.method == "POST":
        try:
            payments.send_deposit(visitor_of(request), draft)
        except Refused as found:
            if found.refusal.code == TAKES_TWO:
                return _propose(request, draft)
            refused = found
        else:
            return redirect("deposit-receipt", draft_id=draft.id)
    context = {"draft": draft, "refused": refused}
    return render(request, "staff/confirm_deposit.html", context, status=422 if refused else 200)


@require_safe
@for_staff("teller")
def deposit_receipt(request: PageRequest, draft_id: str) -> HttpResponse:
    """Step three: the receipt to print, or what the bank said instead."""
    visitor = visitor_of(request)
    draft = _draft(request, draft_id)
    try:
        payment_id = payments.find_out(visitor, draft)
        payment = ask(visitor, bank.payments.one(payment_id)) if payment_id else None
    except Refused as refused:
        if not refused.refusal.retryable:
            raise
        payment = None
    if payment is None and draft.sent_at is None:
        return redirect("confirm-deposit", draft_id=draft.id)
    context = {"draft": draft, "payment": payment}
    template = "staff/receipt_card.html" if request.headers.get("HX-Request") else "staff/receipt.html"
    return render(request, template, context)


def _propose(request: PageRequest, draft: Draft) -> HttpResponse:
    """A very large amount waits for a second person."""
    payments.propose_deposit(visitor_of(request), draft)
    messages.success(request, _("Proposed. It is booked when a second person approves."))
    return redirect("proposals")


def _draft(request: PageRequest, draft_id: str) -> Draft:
    draft = payments.find_draft(visitor_of(request), draft_id, kind=KIND)
    if draft is None:
        raise Http404
    return draft
