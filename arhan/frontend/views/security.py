"""Passwords and second factors of whoever is signed in."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.security import CodeForm, NewPasswordForm, PasswordForm, RemovalForm
from arhan.frontend.pages import PageRequest
from arhan.frontend.service import sessions
from arhan.frontend.service.asking import ask
from arhan.frontend.views.access import signed_in, visitor_of
from arhan.kernel.errors import Refused

PASSWORD_FIELDS = {"wrong_password": "password", "locked": "password", "otp_invalid": "code", "code": "code"}


@sensitive_post_parameters("current", "new")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def password(request: PageRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = bank.people.change_password(
            current=form.cleaned_data["current"], new=form.cleaned_data["new"]
        )
        try:
            ask(visitor_of(request), asked)
        except Refused as refused:
            form.refuse(refused, {"wrong_password": "current", "weak_password": "new", "new_password": "new"})
        else:
            messages.success(request, _("Your password is changed. Other devices are signed out."))
            return redirect("profile")
    return render(request, "profile/password.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def second_factor(request: PageRequest) -> HttpResponse:
    """Set up an authenticator app: password, then the picture to scan, then its first code."""
    if request.method == "POST" and "code" in request.POST:
        return _confirm(request)
    if request.method == "POST":
        return _begin(request)
    found = ask(visitor_of(request), bank.people.factors())
    if found.authenticator:
        return render(
            request, "profile/second_factor_removal.html", {"form": RemovalForm(), "factors": found}
        )
    return render(request, "profile/second_factor.html", {"form": PasswordForm()})


def _begin(request: PageRequest) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            found = ask(visitor_of(request), bank.people.begin_authenticator(form.cleaned_data["password"]))
        except Refused as refused:
            form.refuse(refused, PASSWORD_FIELDS)
        else:
            picture = base64.b64encode(found.qr_svg.encode()).decode()
            context = {"form": CodeForm(), "secret": found.secret, "picture": picture}
            return render(request, "profile/second_factor_scan.html", context)
    return render(request, "profile/second_factor.html", {"form": form}, status=422)


def _confirm(request: PageRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            found = ask(visitor_of(request), bank.people.confirm_authenticator(form.cleaned_data["code"]))
        except Refused as refused:
            form.refuse(refused, PASSWORD_FIELDS)
        else:
            sessions.renew(visitor_of(request))
            return render(request, "profile/recovery_codes.html", {"codes": found.recovery_codes})
    return render(request, "profile/second_factor_scan.html", {"form": form}, status=422)


@sensitive_post_parameters("password", "code")
@require_http_methods(["POST"])
@signed_in
def remove_second_factor(request: PageRequest) -> HttpResponse:
    """Go back to a password alone; staff cannot."""
    form = RemovalForm(request.POST)
    if form.is_valid():
        asked = bank.people.remove_authenticator(
            password=form.cleaned_data["password"], code=form.cleaned_data["code"]
        )
        try:
            ask(visitor_of(request), asked)
        except Refused as refused:
            form.refuse(refused, PASSWORD_FIELDS)
        else:
            messages.success(request, _("The authenticator app is no longer needed to sign in."))
            return redirect("profile")
    context = {"form": form, "factors": ask(visitor_of(request), bank.people.factors())}
    return render(request, "profile/second_factor_removal.html", context, status=422)


@sensitive_post_parameters("password")
@require_http_methods(["POST"])
@signed_in
def renew_recovery_codes(request: PageRequest) -> HttpResponse:
    """Ten new recovery codes, shown once; the old ones are void."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            found = ask(visitor_of(request), bank.people.renew_recovery_codes(form.cleaned_data["password"]))
        except Refused as refused:
            messages.error(request, explain(refused))
        else:
            return render(request, "profile/recovery_codes.html", {"codes": found.recovery_codes})
    return redirect("second-factor")
