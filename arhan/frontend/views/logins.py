"""Where one is signed in, and with which devices."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.security import CodeForm, DeviceNameForm
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


@require_POST
@signed_in
def rename_device(request: PageRequest, device_id: str) -> HttpResponse:
    """Call a device something one knows it by."""
    form = DeviceNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A name has up to 60 characters."))
        return redirect("logins")
    asked = bank.people.rename_device(device_id, name=form.cleaned_data["name"])
    return _do(request, asked, _("The device has its name."))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def verify_phone(request: PageRequest) -> HttpResponse:
    """A text with a code, then the code."""
    visitor = visitor_of(request)
    if request.method == "POST" and "code" not in request.POST:
        return _do(request, bank.people.ask_phone_code(), _("The text is on its way."), to="verify-phone")
    form = CodeForm(request.POST or None)
    form.fields["code"].label = _("Code from the text")
    if request.method == "POST" and form.is_valid():
        try:
            ask(visitor, bank.people.verify_phone(form.cleaned_data["code"]))
        except Refused as refused:
            form.refuse(refused, {"link_invalid": "code", "code": "code"})
        else:
            messages.success(request, _("Your number is verified."))
            return redirect("profile")
    panels = ask_all(visitor, me=bank.people.me())
    context = {"form": form, "panels": panels, "me": panels["me"].value}
    return render(request, "profile/phone.html", context, status=422 if form.errors else 200)


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
