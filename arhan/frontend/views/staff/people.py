"""Customers and staff: finding them, and what is done about one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import FreezeForm, ReasonForm, ResetPinForm, RoleForm
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import people as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.kernel.auth import ROLES
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.people import PersonSeen

PER_PAGE = 25
DISABLERS = ("support", "risk", "admin")
FREEZERS = ("support", "risk", "admin")
PIN_SETTERS = ("support", "admin")
ADMIN = "admin"
NUMBER_LENGTH = 10


@require_safe
@for_staff()
def search(request: PageRequest) -> HttpResponse:
    """By name, username, address, phone, id or account number; a payment's id leads to the payment."""
    query = request.GET.get("query", "").strip()
    if query.startswith("pay_"):
        return redirect("staff-payment", payment_id=query)
    role = request.GET.get("role", "")
    number = "".join(query.split())
    questions: dict[str, Question[Any]] = {
        "people": bank.people.search(
            query=query, role=role, after=request.GET.get("after", ""), limit=PER_PAGE
        )
    }
    if len(number) == NUMBER_LENGTH and number.isdigit():
        questions["accounts"] = bank.accounts.search(number=number)
    panels = ask_all(visitor_of(request), **questions)
    context = {"panels": panels.found, "query": query, "role": role, "roles": ROLES}
    return render(request, "staff/people.html", context)


@require_safe
@for_staff()
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """The people the search finds, as a file."""
    query, role = request.GET.get("query", "").strip(), request.GET.get("role", "")

    def page(after: str) -> Question[Listed[PersonSeen]]:
        return bank.people.search(query=query, role=role, after=after, limit=bank.accounts.MOST)

    return take_along(request, tables.people(every(visitor_of(request), page)), form)


@require_POST
@for_staff(*DISABLERS)
def set_enabled(request: PageRequest, person_id: str, verb: str) -> HttpResponse:
    """Let somebody in no more, or again; with a reason."""
    done = _("They can sign in again.") if verb == "enable" else _("They are signed out and cannot sign in.")
    return _with_reason(
        request,
        lambda reason: bank.people.set_enabled(person_id, enabled=verb == "enable", reason=reason),
        done,
        person_id,
    )


@require_POST
@for_staff(*DISABLERS)
def sign_out(request: PageRequest, person_id: str) -> HttpResponse:
    """End all logins of somebody who lost a device."""
    return _with_reason(
        request,
        lambda reason: bank.people.sign_out_everywhere(person_id, reason=reason),
        _("All their logins are ended."),
        person_id,
    )


@require_POST
@for_staff(ADMIN)
def change_role(request: PageRequest, person_id: str) -> HttpResponse:
    """Propose another role for a member of staff; a second person decides."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("person", person_id=person_id)
    asked = bank.people.change_role(person_id, **form.cleaned_data)
    return _do(request, asked, _("Proposed. A second person decides."), person_id)


@require_POST
@for_staff(ADMIN)
def reset_factor(request: PageRequest, person_id: str) -> HttpResponse:
    """Propose that somebody who lost theirs sets up a new second factor."""
    return _with_reason(
        request,
        lambda reason: bank.people.reset_factor(person_id, reason=reason),
        _("Proposed. A second person decides."),
        person_id,
    )


@require_POST
@for_staff(*FREEZERS)
def freeze(request: PageRequest, person_id: str, account_id: str, verb: str) -> HttpResponse:
    """Freeze one of their accounts, for what leaves, what comes in or both, or unfreeze it; with a reason."""
    form = FreezeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("person", person_id=person_id)
    reason, side = form.cleaned_data["reason"], form.cleaned_data["side"]
    asked = (
        bank.accounts.change_status(account_id, "unfreeze", reason=reason)
        if verb == "unfreeze"
        else bank.accounts.freeze(account_id, side=side or "debit", reason=reason)
    )
    try:
        status = ask(visitor_of(request), asked).status
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        done = {
            "frozen": _("The account is frozen."),
            "active": _("The account works again."),
            "waiting": _("Proposed. It is done when a second person approves."),
        }
        messages.success(request, done.get(status, _("Done.")))
    return redirect("person", person_id=person_id)


@require_POST
@for_staff(*PIN_SETTERS)
def reset_pin(request: PageRequest, person_id: str, account_id: str) -> HttpResponse:
    """A new PIN for somebody who is blocked and stands before us."""
    form = ResetPinForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A PIN has four digits, and staff say why."))
        return redirect("person", person_id=person_id)
    found = form.cleaned_data
    asked = bank.accounts.reset_pin(account_id, new=found["pin"], reason=found["reason"], key=found["key"])
    return _do(request, asked, _("The account has a new PIN."), person_id)


def _with_reason(request: PageRequest, question: Any, done: str, person_id: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("person", person_id=person_id)
    return _do(request, question(form.cleaned_data["reason"]), done, person_id)


def _do(request: PageRequest, question: Question[Any], done: str, person_id: str) -> HttpResponse:
    try:
        ask(visitor_of(request), question)
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("person", person_id=person_id)
