"""A customer's money added up: in and out by month, in which ways, to whom, and the balance by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain.figures import Balance, balance_by_day, by_currency
from arhan.frontend.service.asking import ask_all
from arhan.frontend.views.access import for_customers, visitor_of

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.accounts import Account
    from arhan.frontend.service.sessions import Visitor

SPANS = (3, 6, 12)
USUAL_SPAN = 6


@require_safe
@for_customers
def insights(request: PageRequest) -> HttpResponse:
    """Charts, each with its table."""
    wanted = request.GET.get("months", "")
    months = int(wanted) if wanted in {str(span) for span in SPANS} else USUAL_SPAN
    chosen = request.GET.get("account", "")
    return render(request, "customer/insights.html", _figures(request, months, chosen) | {"spans": SPANS})


def _figures(request: PageRequest, months: int, chosen: str) -> dict[str, Any]:
    visitor = visitor_of(request)
    panels = ask_all(
        visitor, figures=bank.payments.monthly_figures(months=months), accounts=bank.accounts.mine()
    )
    found = panels["figures"].value
    accounts = panels["accounts"].value.items if panels["accounts"].ok else []
    account = next((each for each in accounts if each.id == chosen), next(iter(accounts), None))
    today = timezone.localdate()
    return {
        "panels": panels,
        "panel": panels["figures"],
        "months": months,
        "sheets": by_currency(found.months, today=today, back=months) if found else [],
        "payees": found.payees if found else [],
        "spending": found.spending if found else [],
        "accounts": accounts,
        "account": account,
        "balances": _balances(visitor, account, today=today, days=30 * months) if account else [],
    }


def _balances(visitor: Visitor, account: Account, *, today: date, days: int) -> list[Balance]:
    """As far back as the newest entries say."""
    panels = ask_all(visitor, entries=bank.accounts.entries(account.id, limit=bank.accounts.MOST))
    entries = panels["entries"].value.items if panels["entries"].ok else []
    return balance_by_day(entries, today=today, days=days, zone=timezone.get_current_timezone())
