"""Tokens, as requests and answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from arhan.identity.domain.people import MAX_EMAIL
from arhan.identity.schemas.people import Password
from arhan.kernel.office import Shape


class Login(Shape):
    """Name and password; `username` also takes an email address."""

    username: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL)]
    password: Annotated[Password, Field(min_length=1)]
    otp: Annotated[str, Field(max_length=32)] | None = None
    """Code of the authenticator app, or a recovery code; needed where there is a second factor."""
    device_token: Annotated[str, Field(max_length=128)] | None = None
    """What this device was given at its first login; without it the device may count as new."""


class TokenPair(Shape):
    """An access token for every service, and the refresh token that gets the next pair."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
    device_token: str | None
    """Given to a device seen for the first time, to be sent along with its next login."""


class Refresh(Shape):
    """The refresh token given out last."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=128)]


class ServiceLogin(Shape):
    """A service asks for a token for a sibling (RFC 6749 section 4.4)."""

    client_id: Annotated[str, Field(max_length=32)]
    client_secret: Annotated[str, Field(max_length=256)]
    audience: Annotated[str, Field(max_length=32)]


class ServiceToken(Shape):
    """A short-lived token for one sibling."""

    access_token: str
    token_type: str
    expires_in: int


class KeySet(Shape):
    """The keys that verify the bank's tokens (RFC 7517)."""

    keys: list[dict[str, Any]]


class Revocation(Shape):
    """No token of this session is good any more; `until` (seconds since 1970) its last has expired."""

    session: str
    until: float


class RevocationNews(Shape):
    """Revocations after the last answer, and a fingerprint of the key set."""

    revocations: list[Revocation]
    through: int
    keys: str
