"""Who works here and what they may do: invitations, roles; and customers registered at the counter."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import InvitationForm, PermissionsForm, RegistrationForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.joining import REGISTRATION_FIELDS
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest

REGISTRARS = ("teller", "support")
ADMIN = "admin"
FIRST_PASSWORD_BYTES = 32


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*REGISTRARS)
def register(request: PageRequest) -> HttpResponse:
    """Register somebody at the counter; nobody here learns a password, they choose it by letter."""
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = dict(form.cleaned_data)
        key = found.pop("key")
        details = found | {"password": secrets.token_urlsafe(FIRST_PASSWORD_BYTES)}
        visitor = visitor_of(request)
        try:
            ask(visitor, bank.people.register(details, key=key))
            ask(visitor, bank.people.ask_reset(found["username"]))
        except Refused as refused:
            form.refuse(refused, REGISTRATION_FIELDS)
        else:
            messages.success(request, _("Registered. A letter lets them choose a password."))
            return redirect("people")
    return render(request, "staff/register.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@for_staff()
def mailbox(request: PageRequest) -> HttpResponse:
    """Letters and texts that stayed in the house, because no mail server is named."""
    address = request.GET.get("address", "").strip()
    asked = bank.people.letters(address=address, after=request.GET.get("after", ""))
    panels = ask_all(visitor_of(request), letters=asked)
    return render(request, "staff/mailbox.html", {"panels": panels, "address": address})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(ADMIN)
def team(request: PageRequest) -> HttpResponse:
    """Open invitations, a form for the next, and what each role permits."""
    form = InvitationForm(request.POST or None)
    visitor = visitor_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            ask(visitor, bank.people.invite(**form.cleaned_data))
        except Refused as refused:
            form.refuse(refused, {"email": "email", "email_taken": "email"})
        else:
            messages.success(request, _("Invited. An admin's invitation waits for a second person."))
            return redirect("team")
    panels = ask_all(visitor, invitations=bank.people.invitations(), roles=bank.people.roles())
    context = {"form": form, "panels": panels}
    return render(request, "staff/team.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff(ADMIN)
def withdraw_invitation(request: PageRequest, invitation_id: str) -> HttpResponse:
    """Take an invitation back."""
    return _do(request, bank.people.withdraw_invitation(invitation_id), _("The invitation is withdrawn."))


@require_POST
@for_staff(ADMIN)
def permissions(request: PageRequest, role: str) -> HttpResponse:
    """Propose what a role is to permit; a second person decides."""
    form = PermissionsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("team")
    wanted = request.POST.getlist("permissions")
    asked = bank.people.change_permissions(role, permissions=wanted, reason=form.cleaned_data["reason"])
    return _do(request, asked, _("Proposed. A second person decides."))


def _do(request: PageRequest, question: Question[Any], done: str) -> HttpResponse:
    try:
        ask(visitor_of(request), question)
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("team")
