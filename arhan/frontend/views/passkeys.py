"""Passkeys: made, given up, and used to sign in; the browser does the signing (passkeys.js)."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from arhan.frontend import bank
from arhan.frontend.forms.passkeys import CredentialForm, NewPasskeyForm
from arhan.frontend.forms.security import PasswordForm
from arhan.frontend.pages import PageRequest
from arhan.frontend.service import sessions
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import signed_in, visitor_of
from arhan.frontend.views.joining import landing, let_in
from arhan.frontend.views.security import PASSWORD_FIELDS
from arhan.kernel.errors import Refused


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_passkeys(request: PageRequest) -> HttpResponse:
    """One's passkeys; the password once more to make another."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = ask(visitor_of(request), bank.passkeys.begin(form.cleaned_data["password"]))
        except Refused as refused:
            form.refuse(refused, PASSWORD_FIELDS)
        else:
            context = {"form": NewPasskeyForm(), "options": json.dumps(found.options)}
            return render(request, "profile/passkey_new.html", context)
    panels = ask_all(visitor_of(request), passkeys=bank.passkeys.mine())
    context = {"form": form, "panels": panels}
    return render(request, "profile/passkeys.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def keep_passkey(request: PageRequest) -> HttpResponse:
    """Keep what the browser made."""
    form = NewPasskeyForm(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        try:
            asked = bank.passkeys.keep(name=found["name"], credential=found["credential"])
            ask(visitor_of(request), asked)
        except Refused as refused:
            form.refuse(refused, {})
        else:
            messages.success(request, _("The passkey is ready. Next time you sign in with it."))
            return redirect("passkeys")
    return render(request, "profile/passkey_new.html", {"form": form}, status=422)


@sensitive_post_parameters("password")
@require_POST
@signed_in
def remove_passkey(request: PageRequest, passkey_id: str) -> HttpResponse:
    """Give a passkey up."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            asked = bank.passkeys.remove(passkey_id, password=form.cleaned_data["password"])
            ask(visitor_of(request), asked)
        except Refused as refused:
            form.refuse(refused, PASSWORD_FIELDS)
        else:
            messages.success(request, _("The passkey is gone."))
            return redirect("passkeys")
    panels = ask_all(visitor_of(request), passkeys=bank.passkeys.mine())
    return render(request, "profile/passkeys.html", {"form": form, "panels": panels}, status=422)


@require_POST
def begin_sign_in(request: PageRequest) -> JsonResponse:
    """What the browser asks its passkeys."""
    return JsonResponse(sessions.passkey_options(origin=request.origin))


@require_POST
def sign_in(request: PageRequest) -> HttpResponse:
    """Sign in with whichever passkey the browser has: no name, no password."""
    form = CredentialForm(request.POST)
    if form.is_valid():
        try:
            found = sessions.sign_in_with_passkey(
                credential=form.cleaned_data["credential"],
                device=request.COOKIES.get(settings.DEVICE_COOKIE, ""),
                origin=request.origin,
            )
        except Refused as refused:
            form.refuse(refused, {})
        else:
            if request.visitor:
                sessions.end(request.visitor)
            return let_in(request, found, redirect(landing(found.session.role)))
    return render(request, "public/passkey_refused.html", {"form": form}, status=422)
