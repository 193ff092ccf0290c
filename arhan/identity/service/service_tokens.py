"""Tokens with which the bank's services call each other (RFC 6749, client credentials)."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

import msgspec

from arhan import topology
from arhan.contracts.subscriptions import SUBSCRIPTIONS
from arhan.identity.domain.sessions import SERVICE_TOKEN_LIFE
from arhan.identity.errors import AUDIENCE_NOT_PERMITTED, INVALID_CLIENT
from arhan.identity.service import keys
from arhan.identity.store import secrets
from arhan.kernel import clock, settings
from arhan.kernel.errors import Refused

_NOBODY = hashlib.sha256(b"").hexdigest()


def issue(*, client_id: str, client_secret: str, audience: str) -> str:
    """A token of this service for that sibling; Refused(invalid_client | audience_not_permitted)."""
    if not _is_genuine(client_id, client_secret):
        raise Refused(INVALID_CLIENT)
    scopes = scopes_at(topology.service(client_id), audience)
    if scopes is None:
        raise Refused(AUDIENCE_NOT_PERMITTED)
    claims = {
        "sub": client_id,
        "aud": [audience],
        "role": "service",
        "scope": " ".join(scopes),
        "client_id": client_id,
    }
    return keys.sign(claims, life=SERVICE_TOKEN_LIFE)


def scopes_at(caller: topology.Service, audience: str) -> tuple[str, ...] | None:
    """What the topology lets this service do at that sibling; None when it has no business there."""
    feed = (f"{audience}:feed",) if caller.name in SUBSCRIPTIONS.get(audience, {}) else ()
    if audience not in caller.calls and not feed:
        return None
    news = ("identity:revocations",) if audience == "identity" else ()
    named = tuple(scope for scope in caller.scopes if scope.startswith(f"{audience}:"))
    return tuple(dict.fromkeys((*named, *feed, *news)))


def _is_genuine(client_id: str, client_secret: str) -> bool:
    """Constant time; a service may have two secrets while one is being replaced."""
    given = hashlib.sha256(client_secret.encode()).hexdigest()
    known = hashes_of(client_id) or (_NOBODY,)
    matches = [hmac.compare_digest(given, each) for each in known]
    return any(matches) and client_id in topology.BY_NAME and bool(client_secret)


def hashes_of(service: str) -> tuple[str, ...]:
    """The hashes of the secrets that hold now: those made here, or else the environment's."""
    made = secrets.list_of(service, now=clock.now())
    return _secret_hashes().get(service, ()) if made is None else tuple(made)


@lru_cache
def _secret_hashes() -> dict[str, tuple[str, ...]]:
    """ARHAN_CLIENT_SECRET_HASHES: service -> SHA-256 in hexadecimal, or a list of them."""
    text = settings.require("ARHAN_CLIENT_SECRET_HASHES")
    try:
        found = msgspec.json.decode(text, type=dict[str, str | list[str]])
    except msgspec.DecodeError as error:
        msg = f"ARHAN_CLIENT_SECRET_HASHES must be a JSON object of service -> SHA-256: {error}"
        raise settings.ConfigurationError(msg) from None
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in found.items()}
