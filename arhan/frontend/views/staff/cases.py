"""Payments that wait for a person, and the rules that made them wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import CaseForm
from arhan.frontend.labels import CASE_STATES
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import screening as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.screening import Case, StoppedPayment

PER_PAGE = 25
READERS = ("risk", "auditor")
WAITING = "open"
STOPPING = ("decline", "review", "step_up")


@require_safe
@for_staff(*READERS)
def show_cases(request: PageRequest) -> HttpResponse:
    """The queue, newest first; open cases unless another state is chosen."""
    status = request.GET.get("status", WAITING)
    asked = bank.screening.cases(status=_state(request), after=request.GET.get("after", ""), limit=PER_PAGE)
    panels = ask_all(visitor_of(request), cases=asked)
    context = {
        "panels": panels,
        "status": status,
        "states": [(code, state.label) for code, state in CASE_STATES.items()],
    }
    return render(request, "staff/cases.html", context)


def _state(request: PageRequest) -> str:
    status = request.GET.get("status", WAITING)
    return "" if status == "all" else status


@require_safe
@for_staff(*READERS)
def download_cases(request: PageRequest, form: str) -> HttpResponseBase:
    """The cases in a state, as a file."""
    status = _state(request)

    def page(after: str) -> Question[Listed[Case]]:
        return bank.screening.cases(status=status, after=after, limit=bank.accounts.MOST)

    return take_along(request, tables.cases(every(visitor_of(request), page)), form)


@require_safe
@for_staff(*READERS)
def show_case(request: PageRequest, case_id: str) -> HttpResponse:
    """One case: why it waits, what was known of the payer, what became of it."""
    visitor = visitor_of(request)
    file = ask(visitor, bank.screening.case(case_id))
    case = file.case
    panels = ask_all(visitor, payment=bank.payments.one(case.payment))
    explained = {(e.rule, e.version): e.explanation for e in file.explanations}
    context = {
        "file": file,
        "case": case,
        "panels": panels,
        "payment": panels["payment"].value,
        "windows": file.windows,
        "known": file.known,
        "reasons": [(reason, explained.get((reason.rule, reason.version), "")) for reason in case.reasons],
        "is_mine": case.proposed_by == visitor.session.person,
        "may_decide": visitor.session.role == "risk" and case.status != "resolved",
    }
    return render(request, "staff/case.html", context)


@require_POST
@for_staff("risk")
def resolve(request: PageRequest, case_id: str) -> HttpResponse:
    """Decline at once, or propose a release that a second person confirms."""
    form = CaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose to release or to decline."))
        return redirect("case", case_id=case_id)
    found = form.cleaned_data
    asked = bank.screening.resolve(case_id, verdict=found["verdict"], note=found["note"])
    try:
        case = ask(visitor_of(request), asked)
    except Refused as refused:
        messages.error(request, explain(refused))
        return redirect("case", case_id=case_id)
    if case.status == "resolved":
        messages.success(request, _("Decided. The payment goes on, or ends, at once."))
    else:
        messages.success(request, _("Proposed. A second person of risk has to confirm the release."))
    return redirect("cases")


@require_safe
@for_staff(*READERS)
def show_stopped(request: PageRequest) -> HttpResponse:
    """Decisions that did not let a payment go, newest first; of one payer, or of everybody."""
    outcome, customer = request.GET.get("outcome", ""), request.GET.get("customer", "").strip()
    asked = bank.screening.stopped(
        outcome=outcome, customer=customer, after=request.GET.get("after", ""), limit=PER_PAGE
    )
    panels = ask_all(visitor_of(request), stopped=asked)
    context = {"panels": panels, "outcome": outcome, "customer": customer, "outcomes": STOPPING}
    return render(request, "staff/stopped.html", context)


@require_safe
@for_staff(*READERS)
def download_stopped(request: PageRequest, form: str) -> HttpResponseBase:
    """The decisions the filters leave, as a file."""
    outcome, customer = request.GET.get("outcome", ""), request.GET.get("customer", "").strip()

    def page(after: str) -> Question[Listed[StoppedPayment]]:
        return bank.screening.stopped(
            outcome=outcome, customer=customer, after=after, limit=bank.accounts.MOST
        )

    return take_along(request, tables.stopped(every(visitor_of(request), page)), form)


@require_safe
@for_staff(*READERS)
def download_rules(request: PageRequest, form: str) -> HttpResponseBase:
    """The rules in a state, as a file."""
    found = ask(visitor_of(request), bank.screening.rules(state=request.GET.get("state", "")))
    return take_along(request, tables.rules(found.items), form)


@require_safe
@for_staff(*READERS)
def show_rules(request: PageRequest) -> HttpResponse:
    """The rules in force, in trial, in draft, and retired."""
    panels = ask_all(visitor_of(request), rules=bank.screening.rules(state=request.GET.get("state", "")))
    return render(request, "staff/rules.html", {"panels": panels, "state": request.GET.get("state", "")})
