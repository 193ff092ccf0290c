"""What takes two people, who did what, and whether the services are well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from arhan.frontend import bank
from arhan.frontend.bank.oversight import AUDIT_PAGE, OFFICES_WITH_A_TRAIL, OFFICES_WITH_PROPOSALS
from arhan.frontend.domain.screens import current_screen, staff_screens
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import DecisionForm
from arhan.frontend.labels import AUDIT_OUTCOMES
from arhan.frontend.service import approvals
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.service.health import look_around
from arhan.frontend.tables import people as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.filters import day_begins, place_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.oversight import AuditEntry
    from arhan.frontend.service.sessions import Visitor

OVERSEERS = ("auditor", "admin")
FILTERS = ("actor", "subject", "action", "outcome")
DAYS = ("from", "until")


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


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def show_proposal(request: PageRequest, service: str, proposal_id: str) -> HttpResponse:
    """One proposal: what is and what would be, side by side; and the second person's word."""
    if service not in OFFICES_WITH_PROPOSALS:
        raise Http404
    if request.method == "POST":
        return _decide(request, service, proposal_id)
    visitor = visitor_of(request)
    found = ask(visitor, bank.oversight.proposal(service, proposal_id))
    route, arguments = approvals.owner_of(found)
    context = {
        "service": service,
        "proposal": found,
        "changes": approvals.changes(visitor, found),
        "is_mine": found.proposed_by == visitor.session.person,
        "about": reverse(route, kwargs=arguments) if _may_open(route, visitor.session.role) else "",
    }
    return render(request, "staff/proposal.html", context)


def _may_open(route: str, role: str) -> bool:
    """Whether this role sees the page, by the navigation's own table."""
    screens = {screen.name for screen in staff_screens(role)}
    return bool(route) and current_screen(route) in screens


def _decide(request: PageRequest, service: str, proposal_id: str) -> HttpResponse:
    """Say yes or no as the second person, or take back what one proposed."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    verb, reason = form.cleaned_data["verb"], form.cleaned_data["reason"]
    try:
        ask(visitor_of(request), bank.oversight.decide(service, proposal_id, verb, reason=reason))
    except Refused as refused:
        messages.error(request, explain(refused))
        return redirect("proposal", service=service, proposal_id=proposal_id)
    messages.success(request, _("Done."))
    return redirect("proposals")


@require_safe
@for_staff(*OVERSEERS)
def audit(request: PageRequest) -> HttpResponse:
    """The audit trail of one service page by page, or the newest entries of all services together."""
    service, filters = _audit_wanted(request)
    asked = {
        name: bank.oversight.audit(name, **place_of(request, per_page=AUDIT_PAGE), filters=filters)
        for name in ([service] if service else OFFICES_WITH_A_TRAIL)
    }
    panels = ask_all(visitor_of(request), **asked).found
    entries = [(name, entry) for name, panel in panels.items() if panel.ok for entry in panel.value.items]
    found = panels[service].value if service else None
    context = {
        "silent": [panel for panel in panels.values() if not panel.ok],
        "entries": sorted(entries, key=lambda each: each[1].at, reverse=True),
        "next": found.next if found else None,
        "service": service,
        "services": OFFICES_WITH_A_TRAIL,
        "outcomes": AUDIT_OUTCOMES.items(),
        "filters": filters | {name: request.GET.get(name, "") for name in DAYS},
        "per_page": AUDIT_PAGE,
    }
    partial = request.headers.get("HX-Request")
    return render(request, "staff/audit_rows.html" if partial else "staff/audit.html", context)


@require_safe
@for_staff(*OVERSEERS)
def download_audit(request: PageRequest, form: str) -> HttpResponseBase:
    """Every entry the filters leave, as a file; of one service, or of one after the other."""
    service, filters = _audit_wanted(request)
    names = [service] if service else OFFICES_WITH_A_TRAIL
    return take_along(request, tables.audit(_trails(visitor_of(request), names, filters)), form)


def _trails(
    visitor: Visitor, services: Iterable[str], filters: dict[str, str]
) -> Iterator[tuple[str, AuditEntry]]:
    for service in services:

        def page(after: str, service: str = service) -> Question[Listed[AuditEntry]]:
            return bank.oversight.audit(service, after=after, filters=filters)

        for entry in every(visitor, page):
            yield service, entry


def _audit_wanted(request: PageRequest) -> tuple[str, dict[str, str]]:
    """The service that was chosen, or none for all, and what its entries must be like."""
    service = request.GET.get("service", "")
    if service not in {"", *OFFICES_WITH_A_TRAIL}:
        raise Http404
    filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    since, until = day_begins(request.GET.get("from", "")), day_begins(request.GET.get("until", ""), plus=1)
    time = {name: at.isoformat() for name, at in (("since", since), ("until", until)) if at}
    return service, filters | time


@require_safe
@for_staff()
def health(request: PageRequest) -> HttpResponse:
    """The six services; the page asks again by itself."""
    partial = request.headers.get("HX-Request")
    context = {"health": look_around()}
    return render(request, "staff/health_list.html" if partial else "staff/health.html", context)
