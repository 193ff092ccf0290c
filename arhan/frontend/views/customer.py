"""A customer's first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain import activity
from arhan.frontend.domain.figures import by_currency
from arhan.frontend.domain.money import in_order
from arhan.frontend.schemas.accounts import Account
from arhan.frontend.service.asking import ask_all
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.outline import outlined

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

RECENT = 6
MONTHS = 6


@require_safe
@for_customers
@outlined(_("Home"))
def dashboard(request: PageRequest) -> HttpResponse:
    """What is there, what happened last, what to do next; each service is asked once."""
    panels = ask_all(
        visitor_of(request),
        accounts=bank.accounts.mine(),
        figures=bank.payments.monthly_figures(months=MONTHS, recent=RECENT),
    )
    accounts = panels["accounts"].value.items if panels["accounts"].ok else []
    figures = panels["figures"].value
    payments = figures.recent if figures else []
    context = {
        "sheets": by_currency(figures.months, today=timezone.localdate(), back=MONTHS) if figures else [],
        "panel": panels["figures"],
        "panels": panels,
        "accounts": [account for account in accounts if account.status != "closed"],
        "totals": totals(accounts),
        "lines": [activity.line(payment) for payment in payments],
    }
    return render(request, "customer/dashboard.html", context)


def totals(accounts: list[Account]) -> list[tuple[str, int]]:
    """Currency and sum of the balances, the naira first."""
    sums: dict[str, int] = {}
    for account in accounts:
        sums[account.currency] = sums.get(account.currency, 0) + account.balance
    return [(currency, sums[currency]) for currency in in_order(sums)]
