"""Everything about one person on a page: accounts, cards, loans, tickets, sign-ins, screening, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import FreezeForm, NoteForm, RoleForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.staff.people import ADMIN, DISABLERS, FREEZERS, PIN_SETTERS
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.http import HttpResponse

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.accounts import Account
    from arhan.frontend.service.asking import Panel
    from arhan.frontend.service.sessions import Visitor

RECENT = 10
FEW = 6
NOT_OFFICERS = frozenset({"teller", "support", "risk", "auditor", "admin"})
EVERYBODY = NOT_OFFICERS | {"loan_officer"}
PANELS: Mapping[str, tuple[frozenset[str], Callable[[str], Question[Any]]]] = {
    "person": (EVERYBODY, bank.people.one),
    "accounts": (EVERYBODY, lambda who: bank.accounts.search(customer=who)),
    "notes": (EVERYBODY, bank.people.notes),
    "tickets": (EVERYBODY, lambda who: bank.tickets.listed(customer=who, limit=FEW)),
    "payments": (NOT_OFFICERS, lambda who: bank.payments.newest(customer=who, limit=RECENT)),
    "cards": (NOT_OFFICERS, lambda who: bank.cards.listed(customer=who, limit=RECENT)),
    "loans": (
        frozenset({"loan_officer", "auditor", "admin"}),
        lambda who: bank.lending.listed(customer=who, limit=RECENT),
    ),
    "sessions": (frozenset({"support", "risk", "auditor", "admin"}), bank.people.logins_of),
    "devices": (frozenset({"support", "risk", "auditor", "admin"}), bank.people.devices_of),
    "kyc": (frozenset({"support", "risk"}), bank.kyc.of_person),
    "cases": (frozenset({"risk", "auditor"}), lambda who: bank.screening.cases(customer=who, limit=FEW)),
    "stopped": (frozenset({"risk", "auditor"}), lambda who: bank.screening.stopped(customer=who, limit=FEW)),
    "deeds": (
        frozenset({"auditor", "admin"}),
        lambda who: bank.oversight.audit("identity", after="", filters={"subject": who}),
    ),
}
"""What there is to know of a person: which roles may, and how it is asked for."""


@require_safe
@for_staff()
def show_person(request: PageRequest, person_id: str) -> HttpResponse:
    """One person: all the bank knows that this member of staff may see, and what they may do."""
    visitor = visitor_of(request)
    role = visitor.session.role
    asked = {name: question(person_id) for name, (roles, question) in PANELS.items() if role in roles}
    panels = ask_all(visitor, **asked)
    refused = panels["person"].refused
    if refused and refused.refusal.status == 404:  # noqa: PLR2004 - RFC 9110
        raise refused
    context = {
        "panels": panels.found,
        "person": panels["person"].value,
        "person_id": person_id,
        "accounts": _with_limits(visitor, panels["accounts"]),
        "note_form": NoteForm(),
        "freeze_form": FreezeForm(),
        "may_disable": role in DISABLERS,
        "may_freeze": role in FREEZERS,
        "may_set_pin": role in PIN_SETTERS,
        "may_manage": role == ADMIN,
        "role_form": RoleForm(),
    }
    return render(request, "staff/person.html", context)


@require_POST
@for_staff()
def write_note(request: PageRequest, person_id: str) -> HttpResponse:
    """Leave a note for colleagues."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A note has words, 2,000 characters at most."))
        return redirect("person", person_id=person_id)
    found = form.cleaned_data
    try:
        ask(visitor_of(request), bank.people.write_note(person_id, text=found["text"], key=found["key"]))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("The note is kept."))
    return redirect("person", person_id=person_id)


def _with_limits(visitor: Visitor, accounts: Panel) -> list[tuple[Account, Panel | None]]:
    """Each account with what may leave it; closed ones have no limits, and many accounts only the first."""
    found: list[Account] = accounts.value.items if accounts.ok else []
    asked = [account for account in found if account.status != "closed"][:FEW]
    limits = ask_all(visitor, **{account.id: bank.accounts.limits(account.id) for account in asked}).found
    return [(account, limits.get(account.id)) for account in found]
