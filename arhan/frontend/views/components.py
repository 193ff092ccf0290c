"""The components of the portal on one page, with nobody's data: what docs/components.md shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend.domain.activity import line
from arhan.frontend.domain.changes import Change
from arhan.frontend.forms.accounts import ChangePinForm
from arhan.frontend.forms.joining import SignInForm
from arhan.frontend.labels import ACCOUNT_STATES, PAYMENT_STATES
from arhan.frontend.schemas.accounts import Account
from arhan.frontend.schemas.payments import Payment
from arhan.frontend.service.asking import Panel
from arhan.kernel.errors import UNAVAILABLE, Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

WHEN = datetime(2026, 5, 4, 8, 15, tzinfo=UTC)
COLOURS = (
    "paper",
    "card",
    "sunk",
    "ink",
    "ink-2",
    "brand",
    "brand-soft",
    "saffron",
    "ok",
    "warn",
    "bad",
    "busy",
)
ACCOUNT = Account(
    id="acc_sample",
    number="0123456789",
    product="savings",
    kind="savings",
    currency="NGN",
    status="active",
    balance=48_250_075,
    available=48_250_075,
)
PAYMENT = Payment(
    id="pay_sample",
    status="completed",
    amount=1_240_050,
    currency="NGN",
    created_at=WHEN,
    direction="in",
    payer_name="Funmi Bello",
    payer_number="2222222222",
    payee_name="Ada Okafor",
    narration="Dinner",
)
CHANGES = (
    Change("status", "active", "frozen"),
    Change("number_of_instalments", "6", "12"),
    Change("currency", "NGN", "NGN"),
)


@require_safe
def components(request: PageRequest) -> HttpResponse:
    """One of each."""
    wrong = ChangePinForm({"current": "12", "new": "0427", "new_again": "0428", "key": "k"})
    context = {
        "colours": COLOURS,
        "account": ACCOUNT,
        "lines": [line(PAYMENT)],
        "form": SignInForm(),
        "wrong": wrong,
        "panel": Panel(refused=Refused(UNAVAILABLE), source="payment"),
        "payment_states": PAYMENT_STATES,
        "account_states": ACCOUNT_STATES,
        "changes": CHANGES,
    }
    return render(request, "public/components.html", context)
