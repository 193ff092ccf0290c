"""The first page of the day: what happened last, what waits for whom, and whether the bank is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.domain import figures
from arhan.frontend.service.asking import ask_all
from arhan.frontend.service.health import look_around
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.kernel.clock import now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest

READ_PAYMENTS = {"teller", "support", "risk", "auditor", "admin"}
READ_CASES = {"risk", "auditor"}
HOURS = 24
SHOWN = 8
MOST_CASES = 200
READ_LOANS = {"loan_officer", "risk", "auditor", "admin"}
MAIN_CURRENCY = "NGN"


@require_safe
@for_staff()
def overview(request: PageRequest) -> HttpResponse:
    """Figures of the last day, the newest payments, what waits."""
    visitor = visitor_of(request)
    panels = ask_all(visitor, **_questions(visitor.session.role))
    context: dict[str, Any] = {"panels": panels.found, "health": look_around(), "day": HOURS}
    if (panel := panels.found.get("figures")) and panel.ok:
        counts = panel.value.hours
        context |= {
            "hours": figures.per_hour(counts, until=now(), hours=HOURS),
            "declines": figures.declines_by_reason(counts),
            "volumes": figures.volumes(counts),
            "cash": figures.cash_per_hour(counts, currency=MAIN_CURRENCY, until=now(), hours=HOURS),
            "main_currency": MAIN_CURRENCY,
        }
    return render(request, "staff/overview.html", context)


def _questions(role: str) -> dict[str, Question[Any]]:
    found: dict[str, Question[Any]] = {"bank_accounts": bank.accounts.of_the_bank()}
    if role in READ_PAYMENTS:
        found["payments"] = bank.payments.newest(limit=SHOWN)
        found["figures"] = bank.payments.hourly_figures(hours=HOURS)
    if role in READ_CASES:
        found["cases"] = bank.screening.cases(status="open", limit=MOST_CASES)
    if role in READ_LOANS:
        found["provisions"] = bank.lending.provisions()
    found["proposals"] = bank.oversight.proposals("identity")
    return found
