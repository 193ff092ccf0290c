"""The cookie that says who is signed in, and the one by which a device is known again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpResponse


def set_session_cookie(response: HttpResponse, secret: str) -> None:
    """Signed in; the cookie lives until the browser closes, the session ends on the server."""
    response.set_cookie(
        settings.SESSION_COOKIE,
        secret,
        path="/",
        secure=settings.ON_TLS,
        httponly=True,
        samesite="Lax",
    )


def set_device_cookie(response: HttpResponse, sealed: str) -> None:
    """The device has signed in for the first time; it stays known for a year."""
    response.set_cookie(
        settings.DEVICE_COOKIE,
        sealed,
        max_age=31_536_000,
        path="/",
        secure=settings.ON_TLS,
        httponly=True,
        samesite="Lax",
    )


def clear_session_cookie(response: HttpResponse) -> None:
    """Signed out."""
    response.set_cookie(
        settings.SESSION_COOKIE,
        "",
        max_age=0,
        path="/",
        secure=settings.ON_TLS,
        httponly=True,
        samesite="Lax",
    )
