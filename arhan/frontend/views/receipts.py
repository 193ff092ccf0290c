"""The receipt of a payment: its entry in the books and the proof that a seal covers it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.labels import LEDGER_ACCOUNTS
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, for_staff, visitor_of

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

AUDITORS = ("auditor", "admin")


@require_safe
@for_customers
def show(request: PageRequest, payment_id: str) -> HttpResponse:
    """To read and print; whoever doubts it checks the downloaded proof offline."""
    return _show(request, payment_id, back="payment", file="receipt-json")


@require_safe
@for_staff(*AUDITORS)
def show_to_auditors(request: PageRequest, payment_id: str) -> HttpResponse:
    """The same receipt the payer and the payee have."""
    return _show(request, payment_id, back="staff-payment", file="staff-receipt-json")


def _show(request: PageRequest, payment_id: str, *, back: str, file: str) -> HttpResponse:
    panels = ask_all(
        visitor_of(request), payment=bank.payments.one(payment_id), receipt=bank.books.receipt(payment_id)
    )
    refused = panels["payment"].refused
    if refused and refused.refusal.status == 404:  # noqa: PLR2004 - RFC 9110
        raise refused
    context = {
        "panels": panels,
        "payment": panels["payment"].value,
        "receipt": panels["receipt"].value,
        "names": LEDGER_ACCOUNTS,
        "back": reverse(back, args=[payment_id]),
        "file": reverse(file, args=[payment_id]),
    }
    return render(request, "customer/receipt.html", context)


@require_safe
@for_customers
def download(request: PageRequest, payment_id: str) -> HttpResponse:
    """The proof as JSON, as `arhan books verify-receipt` reads it."""
    return _download(request, payment_id)


@require_safe
@for_staff(*AUDITORS)
def download_for_auditors(request: PageRequest, payment_id: str) -> HttpResponse:
    """The same proof."""
    return _download(request, payment_id)


def _download(request: PageRequest, payment_id: str) -> HttpResponse:
    found = ask(visitor_of(request), bank.books.receipt(payment_id))
    response = HttpResponse(json.dumps(found, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="arhan-receipt-{payment_id}.json"'
    return response
