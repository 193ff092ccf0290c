"""The bank's signing keys: made, published ahead of use, rotated with overlap."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from joserfc import jwt
from joserfc.jwk import OKPKey

from arhan.identity.domain.sessions import ACCESS_TOKEN_LIFE, SPARE
from arhan.identity.models import SigningKey
from arhan.identity.store import keys as store
from arhan.kernel import clock, encryption, settings
from arhan.kernel.auth import ALGORITHM, TOKEN_TYPE
from arhan.kernel.database import django_transaction
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

PUBLISHED_AHEAD = timedelta(seconds=10)
"""Verifiers look for unknown keys at most once a second, so by then everybody can have it."""


def published() -> dict[str, Any]:
    """The key set (RFC 7517) that verifies the bank's tokens; makes the first key if there is none."""
    keys = store.list_published(clock.now()) or [_make_first()]
    return {"keys": [key.public for key in keys]}


def sign(claims: dict[str, Any], *, life: timedelta, typ: str = TOKEN_TYPE) -> str:
    """A token with these claims, issued now, under the present key."""
    now = clock.now()
    issued_at = int(now.timestamp())
    stamped = {
        "iss": settings.load("identity").issuer,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + int(life.total_seconds()),
        "jti": new_id("tok"),
        **claims,
    }
    kid = (store.find_signer(now) or _make_first()).kid
    header = {"alg": ALGORITHM, "typ": typ, "kid": kid}
    return jwt.encode(header, stamped, _private_key(kid), algorithms=[ALGORITHM])


def rotate() -> SigningKey:
    """Publish a new key that signs in a moment; the present one stays until its last token expired."""
    now = clock.now()
    with django_transaction():
        store.lock()
        key = _make(signs_from=now + PUBLISHED_AHEAD)
        store.retire_others(key.kid, published_until=key.signs_from + ACCESS_TOKEN_LIFE + SPARE)
    return key


def _make_first() -> SigningKey:
    """A bank without keys gets its first; whoever comes second uses it."""
    now = clock.now()
    with django_transaction():
        store.lock()
        return store.find_signer(clock.now()) or _make(signs_from=now)


def _make(*, signs_from: datetime) -> SigningKey:
    pair = OKPKey.generate_key("Ed25519", auto_kid=True)
    public = pair.as_dict(private=False) | {"use": "sig", "alg": ALGORITHM}
    key = SigningKey(
        kid=pair.thumbprint(),
        public=public,
        private=encryption.encrypt("identity", msgspec.json.encode(pair.as_dict(private=True))),
        created_at=clock.now(),
        signs_from=signs_from,
    )
    store.insert(key)
    return key


@lru_cache(maxsize=8)
def _private_key(kid: str) -> OKPKey:
    secret = encryption.decrypt("identity", bytes(store.get(kid).private))
    return OKPKey.import_key(msgspec.json.decode(secret))
