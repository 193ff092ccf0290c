"""Proving who one is, step by step; and the reviewers' side of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.kyc import DocumentForm, IdentityNumberForm, KycDecisionForm, ParticularsForm
from arhan.frontend.labels import APPLICATION_STATES
from arhan.frontend.service.asking import ask, ask_all, fetch
from arhan.frontend.views.access import for_customers, for_staff, visitor_of
from arhan.frontend.views.downloads import PICTURES, show_document
from arhan.kernel.errors import Refused
from arhan.kernel.http import File

if TYPE_CHECKING:
    from typing import Any

    from arhan.frontend.bank import Question
    from arhan.frontend.forms.base import BankForm
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.kyc import Dossier

REVIEWERS = ("support", "risk")
FIELDS = {
    "date_of_birth": "date_of_birth",
    "too_young": "date_of_birth",
    "line": "line",
    "city": "city",
    "state": "state",
    "country": "country",
    "number": "number",
    "identity_number_mismatch": "number",
    "identity_number_unknown": "number",
    "identity_number_taken": "number",
    "document_refused": "file",
    "too_many_documents": "file",
    "payload_too_large": "file",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def show(request: PageRequest) -> HttpResponse:
    """What I have told and shown, and the forms for what is missing; each form is sent by itself."""
    visitor = visitor_of(request)
    panels = ask_all(visitor, dossier=bank.kyc.mine())
    dossier = panels["dossier"].value
    forms = _forms(request, dossier)
    step = request.POST.get("step", "")
    if request.method == "POST" and step in forms and forms[step].is_valid():
        try:
            ask(visitor, _question(step, forms[step].cleaned_data))
        except Refused as refused:
            forms[step].refuse(refused, FIELDS)
        else:
            messages.success(request, _("Thank you. That is kept."))
            return redirect("kyc")
    wrong = any(form.errors for form in forms.values())
    context = {"panels": panels, "dossier": dossier, "forms": forms, "step": step}
    return render(request, "profile/kyc.html", context, status=422 if wrong else 200)


def _forms(request: PageRequest, dossier: Dossier | None) -> dict[str, BankForm]:
    """The form that was sent with what it brought; the others as they stand."""
    step = request.POST.get("step", "")
    told = dossier.profile if dossier else None
    known = (
        {
            "date_of_birth": told.date_of_birth.isoformat(),
            "line": told.line,
            "city": told.city,
            "state": told.state,
            "country": told.country,
        }
        if told
        else None
    )
    return {
        "particulars": ParticularsForm(
            request.POST if step == "particulars" else None, initial=known, auto_id="particulars_%s"
        ),
        "number": IdentityNumberForm(request.POST if step == "number" else None, auto_id="number_%s"),
        "document": DocumentForm(
            request.POST if step == "document" else None,
            request.FILES if step == "document" else None,
            auto_id="document_%s",
        ),
    }


def _question(step: str, found: dict[str, Any]) -> Question[Any]:
    if step == "particulars":
        return bank.kyc.set_particulars(found | {"date_of_birth": found["date_of_birth"].isoformat()})
    if step == "number":
        return bank.kyc.add_number(kind=found["kind"], number="".join(found["number"].split()))
    file = File(found["file"].read(), found["file"].content_type)
    return bank.kyc.add_document(kind=found["kind"], file=file)


@require_POST
@for_customers
def apply(request: PageRequest) -> HttpResponse:
    """Ask for the next tier; a person looks at the documents."""
    visitor = visitor_of(request)
    try:
        ask(visitor, bank.kyc.apply(ask(visitor, bank.kyc.mine()).next_tier))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Sent. Somebody of the bank looks at it next."))
    return redirect("kyc")


@require_safe
@for_staff(*REVIEWERS)
def queue(request: PageRequest) -> HttpResponse:
    """Who waits to be known; the longest first."""
    status = request.GET.get("status", "waiting")
    if status not in APPLICATION_STATES:
        raise Http404
    asked = bank.kyc.applications(status=status, after=request.GET.get("after", ""))
    panels = ask_all(visitor_of(request), applications=asked)
    states = [(code, state.label) for code, state in APPLICATION_STATES.items()]
    return render(request, "staff/kyc.html", {"panels": panels, "status": status, "states": states})


@require_safe
@for_staff(*REVIEWERS)
def review(request: PageRequest, application_id: str) -> HttpResponse:
    """What somebody told and showed, side by side."""
    dossier = ask(visitor_of(request), bank.kyc.application(application_id))
    context = {"dossier": dossier, "application_id": application_id, "pictures": PICTURES}
    return render(request, "staff/kyc_review.html", context)


@require_safe
@for_staff(*REVIEWERS)
def document(request: PageRequest, application_id: str, document_id: str) -> HttpResponse:
    """A document that was handed in with it."""
    visitor = visitor_of(request)
    dossier = ask(visitor, bank.kyc.application(application_id))
    found = next((each for each in dossier.documents if each.id == document_id), None)
    if found is None:
        raise Http404
    content = fetch(visitor, bank.kyc.document(document_id))
    return show_document(content, media_type=found.media_type, name=found.id)


@require_POST
@for_staff(*REVIEWERS)
def decide(request: PageRequest, application_id: str) -> HttpResponse:
    """Give the tier, or say why not."""
    form = KycDecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("kyc-review", application_id=application_id)
    verb, reason = form.cleaned_data["verb"], form.cleaned_data["reason"]
    try:
        ask(visitor_of(request), bank.kyc.decide(application_id, verb, reason=reason))
    except Refused as refused:
        messages.error(request, explain(refused))
        return redirect("kyc-review", application_id=application_id)
    messages.success(request, _("Decided."))
    return redirect("kyc-queue")
