"""How long a session lives, and what its access tokens say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from arhan import topology
from arhan.identity.domain.factors import assurance
from arhan.kernel.auth import CUSTOMER

ACCESS_TOKEN_LIFE = timedelta(minutes=10)
SPARE = timedelta(minutes=1)
"""Added where something must outlive the last token, for clocks that differ."""
SERVICE_TOKEN_LIFE = timedelta(minutes=10)
AUDIENCE = [service.name for service in topology.SERVICES]


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """A session ends when nobody used it for `idle`, and in any case after `absolute`."""

    idle: timedelta
    absolute: timedelta


CUSTOMER_LIMITS = SessionLimits(idle=timedelta(days=7), absolute=timedelta(days=30))
STAFF_LIMITS = SessionLimits(idle=timedelta(minutes=15), absolute=timedelta(hours=12))


def limits_for(role: str) -> SessionLimits:
    """Staff are signed out after a quarter of an hour away and at the end of a shift."""
    return CUSTOMER_LIMITS if role == CUSTOMER else STAFF_LIMITS


def refresh_expiry(*, role: str, now: datetime, session_expires_at: datetime) -> datetime:
    """Until when a refresh token given out now may be used."""
    return min(now + limits_for(role).idle, session_expires_at)


def access_claims(
    *,
    subject: str,
    role: str,
    tier: int,
    permissions: list[str],
    session: str,
    methods: list[str],
    signed_in_at: datetime,
    device: str,
    device_trusted_from: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """What an access token says about a person (RFC 9068); times are added when it is signed.

    `methods` are RFC 8176 names in the order they were proved. `new_device_until` is there as long
    as the device may move less than usual.
    """
    claims: dict[str, Any] = {
        "sub": subject,
        "aud": AUDIENCE,
        "role": role,
        "tier": tier,
        "scope": " ".join(permissions),
        "sid": session,
        "amr": methods,
        "acr": assurance(methods),
        "auth_time": int(signed_in_at.timestamp()),
        "device": device,
    }
    if device_trusted_from and device_trusted_from > now:
        claims["new_device_until"] = int(device_trusted_from.timestamp())
    return claims
