"""Payees one keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.paying import NicknameForm
from arhan.frontend.models import Draft
from arhan.frontend.service import payments
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from typing import Any

    from arhan.frontend.pages import PageRequest


@require_safe
@for_customers
def show(request: PageRequest) -> HttpResponse:
    """By nickname, each a tap away from the next payment."""
    panels = ask_all(visitor_of(request), kept=bank.payments.beneficiaries())
    return render(request, "customer/beneficiaries.html", {"panels": panels})


@require_POST
@for_customers
def save(request: PageRequest, draft_id: str) -> HttpResponse:
    """Keep the payee of a payment that was just made; the name was checked for it."""
    draft = payments.find_draft(visitor_of(request), draft_id, kind=Draft.Kind.TRANSFER)
    form = NicknameForm(request.POST)
    if draft is None or not form.is_valid():
        raise Http404
    asked = bank.payments.save_beneficiary(enquiry=draft.enquiry, nickname=form.cleaned_data["nickname"])
    return _do(request, asked, _("Kept. You find them when you send money."))


@require_POST
@for_customers
def forget(request: PageRequest, beneficiary_id: str) -> HttpResponse:
    """Keep a payee no more."""
    return _do(request, bank.payments.forget_beneficiary(beneficiary_id), _("Forgotten."))


def _do(request: PageRequest, question: bank.Question[Any], done: str) -> HttpResponse:
    try:
        ask(visitor_of(request), question)
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("beneficiaries")
