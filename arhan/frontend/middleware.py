"""What surrounds every page: request ids, what browsers must enforce, who asks, and refusals as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone

from arhan.frontend.cookies import clear_session_cookie
from arhan.frontend.errors import ENROLMENT_NEEDED, SESSION_OVER
from arhan.frontend.service import sessions
from arhan.frontend.views.errors import refusal_page
from arhan.kernel import observe
from arhan.kernel.address import client_address
from arhan.kernel.errors import MALFORMED, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

    Handler = Callable[[PageRequest], HttpResponse]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Nothing inline, nothing from elsewhere (CSP level 3); data: is for the pictures in Tabler's style sheet."""
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
DEFAULT_ZONE = ZoneInfo("Africa/Lagos")
ZONE_COOKIE = "tz"
LISTENING = {"/notifications/live"}
"""What an open page asks by itself: nobody is there because of it, so it keeps no session alive."""
MAX_USER_AGENT = 300


class PageMiddleware:
    """Outermost: request ids in, security headers out."""

    def __init__(self, get_response: Handler) -> None:
        """Django builds it once per process."""
        self._get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        """Answer one request."""
        begun = observe.begin(
            request.headers.get("X-Request-Id", ""),
            request.headers.get("traceparent", ""),
            method=str(request.method),
        )
        response = self._get_response(request)
        response["X-Request-Id"] = begun.request_id
        route = request.resolver_match.route if request.resolver_match else ""
        observe.end(begun, route=f"/{route}", status=response.status_code)
        for name, value in SECURITY_HEADERS.items():
            response.setdefault(name, value)
        return response


class VisitorMiddleware:
    """Who is signed in in this browser, and in which time zone they live."""

    def __init__(self, get_response: Handler) -> None:
        """Django builds it once per process."""
        self._get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        """Answer one request."""
        secret = request.COOKIES.get(settings.SESSION_COOKIE, "")
        request.origin = origin(request)
        request.visitor = (
            sessions.find_visitor(secret, origin=request.origin, is_visit=request.path not in LISTENING)
            if secret
            else None
        )
        with timezone.override(zone(request.COOKIES.get(ZONE_COOKIE, ""))):
            response = self._get_response(request)
        if secret and request.visitor is None and settings.SESSION_COOKIE not in response.cookies:
            clear_session_cookie(response)
        return response


class RefusalMiddleware:
    """A refusal that a view did not turn into a form error becomes a page with its reason."""

    def __init__(self, get_response: Handler) -> None:
        """Django builds it once per process."""
        self._get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        """Answer one request."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return refusal_page(request, Refused(MALFORMED))
        return self._get_response(request)

    def process_exception(self, request: PageRequest, exception: Exception) -> HttpResponse | None:
        """The page of a refusal; anything else is a bug and Django's to report."""
        if not isinstance(exception, Refused):
            return None
        if exception.refusal.code in SESSION_OVER:
            return _signed_out(request)
        if exception.refusal.code == ENROLMENT_NEEDED:
            return redirect("second-factor")
        return refusal_page(request, exception)


def _signed_out(request: PageRequest) -> HttpResponse:
    """To the sign-in page, and back here afterwards; htmx is told to load the whole page."""
    visitor = getattr(request, "visitor", None)
    if visitor:
        sessions.forget(visitor)
        request.visitor = None
    here = request.get_full_path() if request.method == "GET" else ""
    response = redirect("sign-in")
    query = {"next": here} if here else {}
    if visitor:
        query["ended"] = "1"
    if query:
        response["Location"] += "?" + urlencode(query)
    if request.headers.get("HX-Request"):
        response.status_code = 200
        response["HX-Redirect"] = response["Location"]
    return response


def origin(request: PageRequest) -> dict[str, str]:
    """What the services are told about where a request came from."""
    agent = "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable() and c.isascii())
    address = client_address(
        peer=str(request.META.get("REMOTE_ADDR", "")), forwarded=request.headers.get("X-Forwarded-For", "")
    )
    return {"X-Forwarded-For": address, "User-Agent": agent[:MAX_USER_AGENT]}


_ZONES = available_timezones()


def zone(name: str) -> ZoneInfo:
    """The zone the browser named, else the bank's own."""
    return ZoneInfo(name) if name in _ZONES else DEFAULT_ZONE
