"""Passwords: changed by who knows them, reset by who reads the mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.api.origins import origin_of
from arhan.identity.errors import LINK_INVALID, LOCKED, WEAK_PASSWORD, WRONG_PASSWORD
from arhan.identity.schemas.passwords import PasswordChange, PasswordReset, PasswordResetRequest
from arhan.identity.service import passwords, resets
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, PUBLIC
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="passwords")


@routes.post(
    "/v1/me/password",
    permit=ANYONE_HALF_SIGNED_IN,
    answer=None,
    status=204,
    refusals=(WRONG_PASSWORD, WEAK_PASSWORD, LOCKED),
)
def change_password(request: HttpRequest, body: PasswordChange) -> HttpResponse:
    """Change my password; my other sessions end."""
    passwords.change_password(
        principal=principal_of(request),
        current_password=body.current_password,
        new_password=body.new_password,
    )
    return HttpResponse(status=204)


@routes.post("/v1/password-resets", permit=PUBLIC, answer=None, status=202)
def request_reset(request: HttpRequest, body: PasswordResetRequest) -> HttpResponse:
    """Have a link to choose a new password mailed, if the name is anybody's."""
    resets.request_reset(login=body.username, origin=origin_of(request))
    return HttpResponse(status=202)


@routes.post(
    "/v1/password-resets/confirm",
    permit=PUBLIC,
    answer=None,
    status=204,
    refusals=(LINK_INVALID, WEAK_PASSWORD),
)
def reset_password(request: HttpRequest, body: PasswordReset) -> HttpResponse:
    """Choose a new password with the link's token; all sessions end."""
    resets.reset_password(token=body.token, new_password=body.new_password)
    return HttpResponse(status=204)
