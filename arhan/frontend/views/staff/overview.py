"""The first page of the day: what the bank has, what moved last, what needs somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from arhan.frontend import bank
from arhan.frontend.bank.oversight import OFFICES_WITH_PROPOSALS
from arhan.frontend.domain import alerts, figures
from arhan.frontend.service.asking import ask_all
from arhan.frontend.service.health import look_around
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.outline import outlined
from arhan.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.service.asking import Panel
    from arhan.frontend.service.health import Health

READ_PAYMENTS = {"teller", "support", "risk", "auditor", "admin"}
READ_CASES = {"risk", "auditor"}
READ_LOANS = {"loan_officer", "risk", "auditor", "admin"}
READ_BOOKS = {"auditor", "admin"}
ANSWER_TICKETS = {"support", "admin"}
HOURS = 24
SHOWN = 8
MOST_WAITING = 200
MAIN_CURRENCY = "NGN"


@require_safe
@for_staff()
@outlined(_("Overview"))
def overview(request: PageRequest) -> HttpResponse:
    """Liquidity, what came in and went out, the newest payments, charts with their tables, alerts."""
    visitor = visitor_of(request)
    panels = ask_all(visitor, **_questions(visitor.session.role)).found
    health = look_around()
    context: dict[str, Any] = {"panels": panels, "day": HOURS, "alerts": _alerts(panels, health)}
    if panels["bank_accounts"].ok:
        context["liquidity"] = figures.liquidity(panels["bank_accounts"].value.items)
    if (panel := panels.get("figures")) and panel.ok:
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
    found: dict[str, Question[Any]] = {
        "bank_accounts": bank.accounts.of_the_bank(),
        "day": bank.closing.day(),
    }
    if role in READ_PAYMENTS:
        found["payments"] = bank.payments.newest(limit=SHOWN)
        found["figures"] = bank.payments.hourly_figures(hours=HOURS)
    if role in READ_CASES:
        found["cases"] = bank.screening.cases(status="open", limit=MOST_WAITING)
    if role in READ_LOANS:
        found["provisions"] = bank.lending.provisions()
    if role in READ_BOOKS:
        found["books"] = bank.books.trial_balance()
    if role in ANSWER_TICKETS:
        found["late_tickets"] = bank.tickets.listed(limit=MOST_WAITING, overdue="true")
    return found | {f"proposals_{name}": bank.oversight.proposals(name) for name in OFFICES_WITH_PROPOSALS}


def _alerts(panels: Mapping[str, Panel], health: list[Health]) -> list[alerts.Alert]:
    """Worst first; what a panel did not say is no alert, the service that is silent is one."""
    found = alerts.of_services(health)
    if panels["day"].ok:
        found += alerts.of_the_day(panels["day"].value)
    if "books" in panels and panels["books"].ok:
        found += alerts.of_the_books(balanced=panels["books"].value.balanced)
    queues = {
        "cases": _waiting(panels, "cases"),
        "ticket-queue": _waiting(panels, "late_tickets"),
        "proposals": sum(_waiting(panels, f"proposals_{name}") for name in OFFICES_WITH_PROPOSALS),
    }
    return found + alerts.of_queues(queues)


def _waiting(panels: Mapping[str, Panel], name: str) -> int:
    panel = panels.get(name)
    return len(panel.value.items) if panel and panel.ok else 0
