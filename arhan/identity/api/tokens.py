"""Login, refresh and logout."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.api.origins import origin_of
from arhan.identity.errors import (
    INVALID_CREDENTIALS,
    INVALID_REFRESH_TOKEN,
    LOCKED,
    OTP_INVALID,
    OTP_REQUIRED,
)
from arhan.identity.schemas.tokens import Login, Refresh, TokenPair
from arhan.identity.service import sessions
from arhan.identity.service.sessions import Tokens
from arhan.kernel.auth import ANYONE_HALF_SIGNED_IN, PUBLIC
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="tokens")


@routes.post(
    "/v1/tokens",
    permit=PUBLIC,
    answer=TokenPair,
    refusals=(INVALID_CREDENTIALS, OTP_REQUIRED, OTP_INVALID, LOCKED),
)
def sign_in(request: HttpRequest, body: Login) -> TokenPair:
    """Sign in with username or email address, password and, where there is one, second factor."""
    tokens = sessions.sign_in(
        login=body.username,
        password=body.password,
        otp=body.otp,
        origin=origin_of(request, body.device_token),
    )
    return pair(tokens)


@routes.post("/v1/tokens/refresh", permit=PUBLIC, answer=TokenPair, refusals=(INVALID_REFRESH_TOKEN,))
def refresh(request: HttpRequest, body: Refresh) -> TokenPair:
    """Trade a refresh token for the next pair; each is good once."""
    return pair(sessions.refresh(refresh_token=body.refresh_token))


@routes.post("/v1/logout", permit=ANYONE_HALF_SIGNED_IN, answer=None, status=204)
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    sessions.sign_out(session_id=principal_of(request).session)
    return HttpResponse(status=204)


def pair(tokens: Tokens) -> TokenPair:
    """What a login or a refresh gives out."""
    return TokenPair(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        token_type=tokens.token_type,
        expires_in=tokens.expires_in,
        device_token=tokens.device_token,
    )
