"""Sending money in three steps: details, confirmation with the payee's checked name, result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.money import SYMBOLS
from arhan.frontend.forms.paying import PinForm, TransferForm
from arhan.frontend.models import Draft
from arhan.frontend.service import payments
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.service.payments import Intent
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

DETAIL_FIELDS = {
    "payee_not_found": "payee_number",
    "number": "payee_number",
    "account_not_found": "payee_number",
    "same_account": "payee_number",
}
PIN_FIELDS = {
    "pin": "pin",
    "wrong_pin": "pin",
    "pin_required": "pin",
    "pin_blocked": "pin",
    "pin_changed": "pin",
    "pin_not_set": "pin",
}
KIND = Draft.Kind.TRANSFER


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def details(request: PageRequest) -> HttpResponse:
    """Step one: from where, to whom, how much."""
    visitor = visitor_of(request)
    accounts = ask(visitor, bank.accounts.mine()).items
    initial = {
        name: request.GET.get(name, "") for name in ("payer_account", "payee_number", "amount", "narration")
    }
    form = TransferForm(request.POST or None, accounts=accounts, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        intent = Intent(
            kind=KIND,
            payer_account=found["payer"].id,
            payee_number=found["payee_number"],
            amount=found["amount"],
            currency=found["payer"].currency,
            narration=found["narration"],
        )
        try:
            draft = payments.prepare(visitor, intent)
        except Refused as refused:
            form.refuse(refused, DETAIL_FIELDS)
        else:
            return redirect("confirm-transfer", draft_id=draft.id)
    payer = form.accounts.get(str(form["payer_account"].value())) or next(iter(form.accounts.values()), None)
    context = {
        "form": form,
        "accounts": list(form.accounts.values()),
        "has_accounts": bool(accounts),
        "currency_sign": SYMBOLS.get(payer.currency, payer.currency) if payer else "",
    }
    return render(request, "customer/send.html", context, status=422 if form.errors else 200)


@require_GET
@for_customers
def payee_name(request: PageRequest) -> HttpResponse:
    """The holder's name while the number is being typed; a courtesy, asked again in step two."""
    number = "".join(request.GET.get("payee_number", "").split())
    context: dict[str, object] = {}
    if len(number) == 10 and number.isdigit():  # noqa: PLR2004 - NUBAN
        try:
            context["payee"] = ask(visitor_of(request), bank.payments.checked_name(number))
        except Refused as refused:
            context["refused"] = refused
    return render(request, "customer/payee_name.html", context)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def confirm(request: PageRequest, draft_id: str) -> HttpResponse:
    """Step two: read it once more, enter the PIN. However often it is submitted, it pays once."""
    visitor = visitor_of(request)
    draft = _draft(request, draft_id)
    if draft.payment:
        return redirect("transfer-result", draft_id=draft.id)
    form, tries_left = PinForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            payments.send_transfer(visitor, draft, pin=form.cleaned_data["pin"])
        except Refused as refused:
            form.refuse(refused, PIN_FIELDS)
            tries_left = refused.extra.get("tries_left")
        else:
            return redirect("transfer-result", draft_id=draft.id)
    panels = ask_all(visitor, payer=bank.accounts.one(draft.payer_account), quote=payments.quote_of(draft))
    context = {
        "form": form,
        "draft": draft,
        "payer": panels["payer"].value,
        "quote": panels["quote"].value,
        "tries_left": tries_left,
    }
    return render(request, "customer/confirm.html", context, status=422 if form.errors else 200)


@require_safe
@for_customers
def result(request: PageRequest, draft_id: str) -> HttpResponse:
    """Step three: what became of it, honestly; while the bank has not said, the page asks again."""
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
        return redirect("confirm-transfer", draft_id=draft.id)
    context = {"draft": draft, "payment": payment}
    template = "customer/result_card.html" if request.headers.get("HX-Request") else "customer/result.html"
    return render(request, template, context)


def _draft(request: PageRequest, draft_id: str) -> Draft:
    draft = payments.find_draft(visitor_of(request), draft_id, kind=KIND)
    if draft is None:
        raise Http404
    return draft
