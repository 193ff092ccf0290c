"""Tokens signed with a test bank's own key: for people who need not exist, at any hour, for anybody."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
from cryptography.fernet import Fernet
from joserfc import jwt
from joserfc.jwk import OKPKey

from arhan import topology
from arhan.kernel.auth import ALGORITHM, TOKEN_TYPE
from arhan.kernel.ids import new_id

ISSUER = "https://arhan.example/identity"


@dataclass(frozen=True)
class Mint:
    """Signs what identity would sign, with the key identity uses."""

    kid: str
    key: OKPKey

    @classmethod
    def of(cls, *, database_url: str, encryption_key: str) -> Mint:
        """The mint of a running bank; `database_url` is identity's."""
        with psycopg.connect(database_url) as database:
            row = database.execute(
                "SELECT kid, private FROM signing_key WHERE signs_from <= now()"
                " ORDER BY signs_from DESC LIMIT 1"
            ).fetchone()
        assert row is not None, "identity has made no key yet"
        secret = Fernet(encryption_key.split(",", maxsplit=1)[0]).decrypt(bytes(row[1]))
        return cls(row[0], OKPKey.import_key(msgspec.json.decode(secret)))

    def sign(self, claims: dict[str, Any], *, typ: str = TOKEN_TYPE) -> str:
        """Any claims at all, signed."""
        header = {"alg": ALGORITHM, "typ": typ, "kid": self.kid}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])

    def person(self, *, role: str = "customer", subject: str = "", life_s: int = 600, **claims: Any) -> str:
        """A person's access token; `life_s` may be negative for one that has expired."""
        return self.sign(
            _dated(life_s)
            | {
                "aud": [service.name for service in topology.SERVICES],
                "sub": subject or new_id("usr"),
                "role": role,
                "tier": 1,
                "sid": new_id("ses"),
                "acr": "pwd" if role == "customer" else "mfa",
                "scope": "",
                **claims,
            }
        )

    def service(self, caller: str, *, audience: str, scopes: tuple[str, ...]) -> str:
        """A service's token for a sibling."""
        return self.sign(
            _dated(600)
            | {
                "aud": [audience],
                "sub": caller,
                "role": "service",
                "scope": " ".join(scopes),
            }
        )


def _dated(life_s: int) -> dict[str, Any]:
    now = int(time.time())
    issued = min(now, now + life_s - 1)
    return {
        "iss": ISSUER,
        "iat": issued,
        "nbf": issued,
        "exp": now + life_s,
        "auth_time": issued,
        "jti": new_id("tok"),
    }
