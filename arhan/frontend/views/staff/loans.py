"""Loans from the officers' side: the queue, an application with its reasons, and what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.lending import LoanDecisionForm, PauseForm, RescheduleForm
from arhan.frontend.labels import LOAN_STATES
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import lending as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import loan_document, take_along
from arhan.frontend.views.filters import place_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.lending import Loan

PER_PAGE = 25
OFFICER = "loan_officer"
USUAL_STATE = "applied"
READERS = (OFFICER, "auditor", "admin")
BUCKETS = ("1-30", "31-60", "61-90", "90+")
TABS = ("applied", "offered", "active", "charged_off", "written_off", "closed")


@require_safe
@for_staff(*READERS)
def show_loans(request: PageRequest) -> HttpResponse:
    """The queue by state, and by how late."""
    state, bucket = request.GET.get("state", USUAL_STATE), request.GET.get("bucket", "")
    questions: dict[str, Question[Any]] = {
        "loans": bank.lending.listed(**place_of(request, per_page=PER_PAGE), **_wanted(request))
    }
    if bucket:
        questions["provisions"] = bank.lending.provisions()
    panels = ask_all(visitor_of(request), **questions)
    context = {
        "panels": panels.found,
        "state": "" if bucket else state,
        "bucket": bucket,
        "tabs": [(code, LOAN_STATES[code].label) for code in TABS],
        "buckets": BUCKETS,
        "per_page": PER_PAGE,
    }
    partial = request.headers.get("HX-Request")
    return render(request, "staff/loans_rows.html" if partial else "staff/loans.html", context)


def _wanted(request: PageRequest) -> dict[str, str]:
    """Loans that are so late, whatever their state, or those in a state."""
    state, bucket = request.GET.get("state", USUAL_STATE), request.GET.get("bucket", "")
    return {"state": "" if bucket or state == "all" else state, "bucket": bucket}


@require_safe
@for_staff(*READERS)
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """The loans the filters leave, as a file."""
    wanted = _wanted(request)

    def page(after: str) -> Question[Listed[Loan]]:
        return bank.lending.listed(after=after, limit=bank.accounts.MOST, **wanted)

    return take_along(request, tables.loans(every(visitor_of(request), page)), form)


@require_safe
@for_staff(*READERS)
def download_provisions(request: PageRequest, form: str) -> HttpResponseBase:
    """What should be set aside, as a file."""
    return take_along(request, tables.provisions(ask(visitor_of(request), bank.lending.provisions())), form)


@require_safe
@for_staff(*READERS)
def download_schedule(request: PageRequest, loan_id: str, form: str) -> HttpResponseBase:
    """A loan's instalments and what has been paid of them, as a file."""
    loan = ask(visitor_of(request), bank.lending.one(loan_id))
    return take_along(request, tables.schedule(loan), form)


@require_safe
@for_staff(*READERS)
def download_history(request: PageRequest, loan_id: str, form: str) -> HttpResponseBase:
    """What happened to a loan and by whom, as a file."""
    loan = ask(visitor_of(request), bank.lending.one(loan_id))
    return take_along(request, tables.history(loan, names_who=True), form)


@require_safe
@for_staff(*READERS)
def show_loan(request: PageRequest, loan_id: str) -> HttpResponse:
    """Everything an officer decides by: reasons, affordability, the customer's other loans, history."""
    visitor = visitor_of(request)
    loan = ask(visitor, bank.lending.one(loan_id))
    panels = ask_all(
        visitor,
        person=bank.people.one(loan.customer),
        accounts=bank.accounts.search(customer=loan.customer),
        others=bank.lending.listed(customer=loan.customer),
    )
    context = {"loan": loan, "panels": panels, "is_officer": visitor.session.role == OFFICER}
    return render(request, "staff/loan.html", context)


@require_safe
@for_staff(*READERS)
def document(request: PageRequest, loan_id: str, document_id: str) -> HttpResponse:
    """A document that was handed in with an application; that it was opened is written down."""
    return loan_document(request, loan_id, document_id)


@require_POST
@for_staff(OFFICER)
def decide(request: PageRequest, loan_id: str) -> HttpResponse:
    """Yes or no to an application; or propose to charge or write the loan off."""
    form = LoanDecisionForm(request.POST)
    done = {
        "approve": _("The offer is made. The customer can accept it now."),
        "reject": _("The application is rejected."),
        "charge-off": _("Proposed. A second person decides."),
        "write-off": _("Proposed. A second person decides."),
    }
    verb = request.POST.get("verb", "")
    return _do(request, loan_id, form, verb, done.get(verb, ""))


@require_POST
@for_staff(OFFICER)
def pause(request: PageRequest, loan_id: str) -> HttpResponse:
    """Collect nothing for a while."""
    return _do(request, loan_id, PauseForm(request.POST), "pause", _("Nothing is collected until then."))


@require_POST
@for_staff(OFFICER)
def reschedule(request: PageRequest, loan_id: str) -> HttpResponse:
    """Propose new instalments."""
    form = RescheduleForm(request.POST)
    return _do(request, loan_id, form, "reschedule", _("Proposed. A second person decides."))


def _do(
    request: PageRequest,
    loan_id: str,
    form: LoanDecisionForm | PauseForm | RescheduleForm,
    verb: str,
    done: str,
) -> HttpResponse:
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("staff-loan", loan_id=loan_id)
    try:
        ask(visitor_of(request), bank.lending.decide(loan_id, verb, form.body()))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("staff-loan", loan_id=loan_id)
