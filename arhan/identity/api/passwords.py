"""Passwords of the person who asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.errors import LOCKED, WEAK_PASSWORD, WRONG_PASSWORD
from arhan.identity.schemas.people import PasswordChange
from arhan.identity.service import passwords
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN
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
