"""A customer's money added up: in and out by month, in which ways, to whom, and the balance by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain.figures import Balance, balance_by_day, by_currency
from arhan.frontend.service.asking import ask_all
from arhan.frontend.tables import insights as tables
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.outline import outlined

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.accounts import Account
    from arhan.frontend.service.sessions import Visitor

SPANS = (3, 6, 12)
USUAL_SPAN = 6


@require_safe
@for_customers
@outlined(_("Insights"))
def insights(request: PageRequest) -> HttpResponse:
    """Charts, each with its table."""
    return render(request, "customer/insights.html", _figures(request) | {"spans": SPANS})


@require_safe
@for_customers
def download(request: PageRequest, what: str, form: str) -> HttpResponseBase:
    """The table behind one of the charts, as a file."""
    found = _figures(request)
    if found["panel"].refused:
        raise found["panel"].refused
    made = {
        "months": lambda: tables.months(found["sheets"]),
        "kinds": lambda: tables.ways(found["spending"]),
        "payees": lambda: tables.payees(found["payees"]),
    }
    if found["account"]:
        made["balance"] = lambda: tables.balance(found["balances"], found["account"].currency)
    if what not in made:
        raise Http404
    return take_along(request, made[what](), form)


def _figures(request: PageRequest) -> dict[str, Any]:
    visitor = visitor_of(request)
    wanted, chosen = request.GET.get("months", ""), request.GET.get("account", "")
    months = int(wanted) if wanted in {str(span) for span in SPANS} else USUAL_SPAN
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
