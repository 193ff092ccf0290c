"""Registering, signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from arhan.frontend import errors
from arhan.frontend.cookies import clear_session_cookie, set_device_cookie, set_session_cookie
from arhan.frontend.forms.joining import RegistrationForm, SignInForm
from arhan.frontend.service import joining, sessions
from arhan.frontend.service.sessions import SignedIn
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

UNAVAILABLE_FROM = 500
REGISTRATION_FIELDS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "email_taken": "email",
    "phone": "phone",
    "phone_taken": "phone",
    "username": "username",
    "username_taken": "username",
    "password": "password",
    "weak_password": "password",
}
"""Members and codes of identity -> fields of the form."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: PageRequest) -> HttpResponse:
    """Become a customer, and be signed in at once."""
    if request.visitor:
        return redirect(landing(request.visitor.session.role))
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        details = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            found = joining.register(
                details, key=form.cleaned_data["key"], device=_device(request), origin=request.origin
            )
        except Refused as refused:
            form.refuse(refused, REGISTRATION_FIELDS)
        else:
            messages.success(request, _("Welcome to Arhan. Open your first account and we are off."))
            return let_in(request, found, redirect("open-account"))
    status = 422 if form.errors else 200
    return render(request, "public/register.html", {"form": form}, status=status)


@sensitive_post_parameters("password", "otp")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: PageRequest) -> HttpResponse:
    """Sign in; customers and staff alike, each lands where they belong."""
    if request.method != "POST":
        return _sign_in_page(request, SignInForm(initial={"next": request.GET.get("next", "")}))
    form = SignInForm(request.POST)
    if form.is_valid():
        try:
            found = sessions.sign_in(
                username=form.cleaned_data["username"].strip(),
                password=form.cleaned_data["password"],
                otp="".join(form.cleaned_data["otp"].split()),
                device=_device(request),
                origin=request.origin,
            )
        except Refused as refused:
            return _not_signed_in(request, form, refused)
        if request.visitor:
            sessions.end(request.visitor)
        return let_in(request, found, _goes_to(request, form.cleaned_data["next"], found.session.role))
    return _sign_in_page(request, form)


def _not_signed_in(request: PageRequest, form: SignInForm, refused: Refused) -> HttpResponse:
    """Say why; `otp_required` is not a failure but the second half of the form."""
    needs_code = refused.refusal.code in {"otp_required", "otp_invalid"} or bool(form.cleaned_data["otp"])
    if refused.refusal.code != "otp_required":
        form.add_error(None, errors.explain(refused))
    return _sign_in_page(request, form, needs_code=needs_code, refused=refused)


def _sign_in_page(
    request: PageRequest, form: SignInForm, *, needs_code: bool = False, refused: Refused | None = None
) -> HttpResponse:
    """With htmx only the part below the password is drawn again, so that it need not be typed twice."""
    partial = bool(request.headers.get("HX-Request"))
    form.fields["otp"].required = needs_code
    context = {
        "form": form,
        "needs_code": needs_code,
        "refused": refused,
        "ended": request.GET.get("ended"),
        "for_staff": request.resolver_match is not None
        and request.resolver_match.url_name == "staff-sign-in",
    }
    status = 200 if partial or (refused is None and not form.errors) else 422
    if refused is not None and refused.refusal.status >= UNAVAILABLE_FROM and not partial:
        status = 503
    template = "public/sign_in_rest.html" if partial else "public/sign_in.html"
    return render(request, template, context, status=status)


@require_POST
def sign_out(request: PageRequest) -> HttpResponse:
    """Sign out here and at identity."""
    if request.visitor:
        sessions.end(request.visitor)
        request.visitor = None
    response = redirect("home")
    clear_session_cookie(response)
    rotate_token(request)
    response["Clear-Site-Data"] = '"cache"'
    return response


def _device(request: PageRequest) -> str:
    return request.COOKIES.get(settings.DEVICE_COOKIE, "")


def let_in(request: PageRequest, found: SignedIn, response: HttpResponse) -> HttpResponse:
    """A fresh cookie and a fresh form token; htmx is told to load the next page as a whole."""
    set_session_cookie(response, found.secret)
    if found.device:
        set_device_cookie(response, found.device)
    rotate_token(request)
    if request.headers.get("HX-Request"):
        response.status_code = 200
        response["HX-Redirect"] = response["Location"]
        del response["Location"]
    return response


def _goes_to(request: PageRequest, wanted: str, role: str) -> HttpResponse:
    """The page asked for before signing in, if it is one of ours and fits the role; else home base."""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    for_staff = wanted.startswith("/staff")
    if (
        ours
        and wanted.startswith("/")
        and (for_staff == (role != "customer") or wanted.startswith("/profile"))
    ):
        return redirect(wanted)
    return redirect(landing(role))


def landing(role: str) -> str:
    """The first page of whoever has signed in."""
    return reverse("dashboard" if role == "customer" else "staff")


@require_POST
def choose_look(request: PageRequest) -> HttpResponse:
    """Light, dark, or as the device says; kept in the browser."""
    chosen = request.POST.get("theme", "")
    response = redirect(_back(request))
    response.set_cookie(
        "theme",
        chosen if chosen in {"light", "dark"} else "",
        max_age=31_536_000,
        samesite="Lax",
        secure=settings.ON_TLS,
    )
    return response


@require_POST
def choose_language(request: PageRequest) -> HttpResponse:
    """English or French; kept in the browser."""
    chosen = request.POST.get("language", "")
    response = redirect(_back(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.ON_TLS,
        )
    return response


def _back(request: PageRequest) -> str:
    wanted = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours and wanted.startswith("/") else reverse("home")
