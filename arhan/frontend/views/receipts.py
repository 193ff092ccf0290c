"""The receipt of a payment: its entry in the books and the proof that a seal covers it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.contracts.chart import BY_CODE
from arhan.frontend import bank
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest


@require_safe
@for_customers
def show(request: PageRequest, payment_id: str) -> HttpResponse:
    """To read and print; whoever doubts it checks the downloaded proof offline."""
    panels = ask_all(
        visitor_of(request), payment=bank.payments.one(payment_id), receipt=bank.books.receipt(payment_id)
    )
    refused = panels["payment"].refused
    if refused and refused.refusal.status == 404:  # noqa: PLR2004 - RFC 9110
        raise refused
    names = {code: account.name for code, account in BY_CODE.items()}
    context = {
        "panels": panels,
        "payment": panels["payment"].value,
        "receipt": panels["receipt"].value,
        "names": names,
        "payment_id": payment_id,
    }
    return render(request, "customer/receipt.html", context)


@require_safe
@for_customers
def download(request: PageRequest, payment_id: str) -> HttpResponse:
    """The proof as JSON, as `arhan books verify-receipt` reads it."""
    found = ask(visitor_of(request), bank.books.receipt(payment_id))
    response = HttpResponse(json.dumps(found, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="arhan-receipt-{payment_id}.json"'
    return response
