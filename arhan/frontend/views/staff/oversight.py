"""What takes two people, who did what, and whether the services are well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.bank.oversight import OFFICES_WITH_A_TRAIL, OFFICES_WITH_PROPOSALS
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import DecisionForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.service.health import look_around
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

OVERSEERS = ("auditor", "admin")
FILTERS = ("actor", "subject", "action", "outcome")


@require_safe
@for_staff()
def show_proposals(request: PageRequest) -> HttpResponse:
    """What waits for a second person, of every service."""
    status = request.GET.get("status", "waiting")
    visitor = visitor_of(request)
    questions = {name: bank.oversight.proposals(name, status=status) for name in OFFICES_WITH_PROPOSALS}
    panels = ask_all(visitor, **questions)
    context = {"panels": panels.found, "status": status, "me": visitor.session.person}
    return render(request, "staff/proposals.html", context)


@require_POST
@for_staff()
def decide(request: PageRequest, service: str, proposal_id: str) -> HttpResponse:
    """Say yes or no as the second person, or take back what one proposed."""
    form = DecisionForm(request.POST)
    if service not in OFFICES_WITH_PROPOSALS or not form.is_valid():
        raise Http404
    verb, reason = form.cleaned_data["verb"], form.cleaned_data["reason"]
    try:
        ask(visitor_of(request), bank.oversight.decide(service, proposal_id, verb, reason=reason))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Done."))
    return redirect("proposals")


@require_safe
@for_staff(*OVERSEERS)
def audit(request: PageRequest) -> HttpResponse:
    """The audit trail of one service."""
    service = request.GET.get("service", OFFICES_WITH_A_TRAIL[0])
    if service not in OFFICES_WITH_A_TRAIL:
        raise Http404
    filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    asked = bank.oversight.audit(service, after=request.GET.get("after", ""), filters=filters)
    panels = ask_all(visitor_of(request), entries=asked)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "panels": panels,
        "service": service,
        "services": OFFICES_WITH_A_TRAIL,
        "filters": filters,
        "query": query.urlencode(),
    }
    partial = request.headers.get("HX-Request")
    return render(request, "staff/audit_rows.html" if partial else "staff/audit.html", context)


@require_safe
@for_staff()
def health(request: PageRequest) -> HttpResponse:
    """The six services; the page asks again by itself."""
    partial = request.headers.get("HX-Request")
    context = {"health": look_around()}
    return render(request, "staff/health_list.html" if partial else "staff/health.html", context)
