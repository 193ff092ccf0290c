"""A customer's money added up: in and out by month, and who was paid most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain.figures import by_currency
from arhan.frontend.service.asking import ask_all
from arhan.frontend.views.access import for_customers, visitor_of

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

SPANS = (3, 6, 12)
USUAL_SPAN = 6


@require_safe
@for_customers
def insights(request: PageRequest) -> HttpResponse:
    """Charts, each with its table."""
    wanted = request.GET.get("months", "")
    months = int(wanted) if wanted in {str(span) for span in SPANS} else USUAL_SPAN
    return render(request, "customer/insights.html", _figures(request, months) | {"spans": SPANS})


@require_safe
@for_customers
def card(request: PageRequest) -> HttpResponse:
    """The small chart of the first page, fetched after it."""
    return render(request, "customer/insights_card.html", _figures(request, USUAL_SPAN))


def _figures(request: PageRequest, months: int) -> dict[str, Any]:
    panels = ask_all(visitor_of(request), figures=bank.payments.monthly_figures(months=months))
    found = panels["figures"].value
    sheets = by_currency(found.months, today=timezone.localdate(), back=months) if found else []
    return {
        "panels": panels,
        "panel": panels["figures"],
        "months": months,
        "sheets": sheets,
        "payees": found.payees if found else [],
    }
