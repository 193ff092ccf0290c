"""Where one is signed in, and with which devices."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.pages import PageRequest
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import signed_in, visitor_of
from arhan.kernel.errors import Refused


@require_safe
@signed_in
def show_logins(request: PageRequest) -> HttpResponse:
    """Every place where one is signed in, and every device known."""
    panels = ask_all(visitor_of(request), logins=bank.people.logins(), devices=bank.people.devices())
    return render(request, "profile/logins.html", {"panels": panels})


@require_POST
@signed_in
def end_login(request: PageRequest, login_id: str) -> HttpResponse:
    """Sign out there."""
    return _do(request, bank.people.end_other_login(login_id), _("Signed out there."))


@require_POST
@signed_in
def end_other_logins(request: PageRequest) -> HttpResponse:
    """Sign out everywhere else."""
    return _do(request, bank.people.end_other_logins(), _("Signed out everywhere else."))


@require_POST
@signed_in
def forget_device(request: PageRequest, device_id: str) -> HttpResponse:
    """Forget a device and sign out there."""
    return _do(request, bank.people.forget_device(device_id), _("The device is forgotten."))


@require_POST
@signed_in
def ask_email_link(request: PageRequest) -> HttpResponse:
    """A letter that shows the address is one's own."""
    return _do(request, bank.people.ask_email_link(), _("The letter is on its way."), to="profile")


def _do(
    request: PageRequest, question: bank.Question[object], done: str, *, to: str = "logins"
) -> HttpResponse:
    try:
        ask(visitor_of(request), question)
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect(to)
