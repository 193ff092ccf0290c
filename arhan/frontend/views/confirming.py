"""What waits for its payer's confirmation: a payment, a standing order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from arhan.frontend import bank
from arhan.frontend.forms.passkeys import CredentialForm
from arhan.frontend.forms.security import CodeForm, ProofForm
from arhan.frontend.service import payments
from arhan.frontend.service.asking import ask
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from arhan.frontend.forms.base import BankForm
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.people import Challenge

T = TypeVar("T")

FIELDS = {
    "otp_invalid": "code",
    "link_invalid": "code",
    "invalid_credentials": "password",
    "otp_required": "otp",
}


@dataclass(frozen=True, slots=True)
class Waiting(Generic[T]):
    """Something of a payer's that waits for their confirmation: a payment, a standing order."""

    subject: T
    """Has an amount, a currency and the payee's name."""
    begin: bank.Question[Challenge]
    go_on: Callable[[str], bank.Question[T]]
    """With identity's proof."""
    back: str
    """Its own page."""


@sensitive_post_parameters("password", "otp", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def confirm_payment(request: PageRequest, payment_id: str) -> HttpResponse:
    """A payment goes on once its payer has confirmed it, by what second factor they have."""
    payment = ask(visitor_of(request), bank.payments.one(payment_id))
    if payment.status != "requires_action":
        return redirect("payment", payment_id=payment.id)
    waiting = Waiting(
        subject=payment,
        begin=bank.payments.begin_confirmation(payment.id),
        go_on=lambda proof: bank.payments.confirm(payment.id, proof=proof),
        back=reverse("payment", args=[payment.id]),
    )
    return confirm_waiting(request, waiting)


def confirm_waiting(request: PageRequest, waiting: Waiting[Any]) -> HttpResponse:
    """Ask for the second factor, and let it go on."""
    if request.method != "POST":
        return _page(request, waiting, None)
    if "send" in request.POST:
        return _send_code(request, waiting)
    form = _form(request)
    if form.is_valid():
        try:
            _confirm(request, waiting, form)
        except Refused as refused:
            form.refuse(refused, FIELDS)
        else:
            return redirect(waiting.back)
    return _page(request, waiting, form)


def _form(request: PageRequest) -> BankForm:
    if "credential" in request.POST:
        return CredentialForm(request.POST)
    return CodeForm(request.POST) if "code" in request.POST else ProofForm(request.POST)


def _confirm(request: PageRequest, waiting: Waiting[Any], form: BankForm) -> None:
    visitor, found = visitor_of(request), form.cleaned_data
    if "password" in found:
        device = request.COOKIES.get(settings.DEVICE_COOKIE, "")
        payments.confirm_by_login(
            visitor, waiting.go_on(""), password=found["password"], otp=found["otp"], device=device
        )
        return
    payments.confirm(
        visitor,
        waiting.go_on,
        challenge=request.POST.get("challenge", ""),
        code=found.get("code", ""),
        credential=found.get("credential"),
    )


def _send_code(request: PageRequest, waiting: Waiting[Any]) -> HttpResponse:
    challenge = request.POST.get("challenge", "")
    form = CodeForm()
    try:
        ask(visitor_of(request), bank.passkeys.text_code(challenge))
    except Refused as refused:
        form = CodeForm({})
        form.full_clean()
        form.errors.clear()
        form.refuse(refused, {})
    else:
        messages.success(request, _("The code is on its way to your phone."))
    return _page(request, waiting, form, challenge=challenge)


def _page(
    request: PageRequest, waiting: Waiting[Any], form: BankForm | None, *, challenge: str = ""
) -> HttpResponse:
    """The way to confirm that this person has; a challenge that was answered wrongly stays the same."""
    visitor = visitor_of(request)
    asked = ask(visitor, waiting.begin)
    context = {
        "payment": waiting.subject,
        "back": waiting.back,
        "methods": asked.methods,
        "challenge": challenge or request.POST.get("challenge", "") or asked.id,
        "form": form or (CodeForm() if asked.methods else ProofForm()),
        "sent": bool(challenge),
    }
    if "passkey" in asked.methods:
        options = ask(visitor, bank.passkeys.options_to_confirm(asked.id)).options
        context |= {"options": json.dumps(options), "passkey_challenge": asked.id}
    status = 422 if form is not None and form.errors else 200
    return render(request, "customer/confirm_payment.html", context, status=status)
