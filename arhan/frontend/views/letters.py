"""Where the links in the bank's letters lead: a new password, a verified address, an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from arhan.frontend.forms.letters import ForgottenForm, InvitationForm, ResetForm
from arhan.frontend.pages import PageRequest
from arhan.frontend.service import joining
from arhan.kernel.errors import Refused

RESET_FIELDS = {"weak_password": "new", "new_password": "new"}
INVITATION_FIELDS = {
    **{name: name for name in ("first_name", "last_name", "email", "phone", "username", "password")},
    "username_taken": "username",
    "email_taken": "email",
    "weak_password": "password",
}


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: PageRequest) -> HttpResponse:
    """Ask for a letter; the answer is the same whoever asks."""
    form = ForgottenForm(request.POST or None)
    is_sent = False
    if request.method == "POST" and form.is_valid():
        try:
            joining.ask_reset(form.cleaned_data["username"].strip(), origin=request.origin)
        except Refused as refused:
            form.refuse(refused, {"username": "username"})
        else:
            is_sent = True
    context = {"form": form, "is_sent": is_sent}
    return render(request, "public/forgotten.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("new", "token")
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: PageRequest) -> HttpResponse:
    """Choose a new password; every session ends."""
    form = ResetForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            joining.reset_password(token=found["token"], new=found["new"], origin=request.origin)
        except Refused as refused:
            form.refuse(refused, RESET_FIELDS)
        else:
            messages.success(request, _("Your password is changed. Sign in with the new one."))
            return redirect("sign-in")
    return render(request, "public/reset_password.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def verify_email(request: PageRequest) -> HttpResponse:
    """The address is theirs; by a button, because mail programs follow links by themselves."""
    refused = None
    if request.method == "POST":
        try:
            joining.verify_email(request.POST.get("token", ""), origin=request.origin)
        except Refused as found:
            refused = found
        else:
            messages.success(request, _("Thank you. Your e-mail address is verified."))
            return redirect("profile" if request.visitor else "sign-in")
    context = {"token": request.GET.get("token", ""), "refused": refused}
    return render(request, "public/verify_email.html", context, status=422 if refused else 200)


@sensitive_post_parameters("password", "token")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: PageRequest) -> HttpResponse:
    """Become a member of staff."""
    form = InvitationForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        try:
            joining.accept_invitation(form.cleaned_data, origin=request.origin)
        except Refused as refused:
            form.refuse(refused, INVITATION_FIELDS)
        else:
            messages.success(request, _("Welcome to the bank. Sign in and set up your authenticator app."))
            return redirect("staff-sign-in")
    return render(request, "public/invitation.html", {"form": form}, status=422 if form.errors else 200)
