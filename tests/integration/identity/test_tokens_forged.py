"""Tokens that are not what they seem: each refused with a code."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from tests.integration.identity.conftest import ENCRYPTION_KEY

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity


@pytest.fixture
def bank_key(identity: Identity) -> OKPKey:
    """The bank's own private key, as only the bank has it."""
    identity.get("/.well-known/jwks.json")
    row = identity.database.execute("SELECT private FROM signing_key ORDER BY signs_from DESC").fetchone()
    assert row
    return OKPKey.import_key(json.loads(Fernet(ENCRYPTION_KEY).decrypt(bytes(row[0]))))


@pytest.fixture
def good_claims(identity: Identity) -> dict[str, Any]:
    person = identity.customer()
    now = int(time.time())
    return {
        "iss": "https://arhan.example/identity",
        "aud": ["identity"],
        "sub": person.id,
        "role": "customer",
        "sid": "ses_made_up",
        "acr": "pwd",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    }


def forge(key: Any, claims: dict[str, Any], algorithm: str = "Ed25519", **header: Any) -> str:
    kid = key.kid if isinstance(key, OKPKey) else header.get("kid")
    full = {"alg": algorithm, "typ": "at+jwt", "kid": kid} | header
    return jwt.encode(full, claims, key, algorithms=[algorithm])


def encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def status(identity: Identity, token: str) -> tuple[int, str]:
    answer = identity.get("/v1/me", token=token)
    return answer.status_code, answer.json().get("code", "")


REFUSED = (401, "not_authenticated")


def test_the_bank_s_own_token_is_good(
    identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any]
) -> None:
    assert status(identity, forge(bank_key, good_claims)) == (200, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["account"]},
        {"aud": "account"},
        {"aud": []},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"iat": 4102444800, "nbf": 4102444800},
        {"sub": None},
        {"role": None},
        {"exp": None},
    ],
    ids=",".join,
)
def test_a_claim_that_does_not_hold(
    identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any], changes: dict[str, Any]
) -> None:
    claims = {name: value for name, value in (good_claims | changes).items() if value is not None}
    assert status(identity, forge(bank_key, claims)) == REFUSED


def test_algorithm_none(identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any]) -> None:
    head = {"alg": "none", "typ": "at+jwt", "kid": bank_key.kid}
    assert status(identity, f"{encode(head)}.{encode(good_claims)}.") == REFUSED


def test_hs256_with_the_public_key_as_secret(
    identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any]
) -> None:
    public = base64.urlsafe_b64decode(str(bank_key.as_dict(private=False)["x"]) + "=")
    token = forge(OctKey.import_key(public), good_claims, "HS256", kid=bank_key.kid)
    assert status(identity, token) == REFUSED


@pytest.mark.parametrize("where", ["jwk", "jku"])
def test_a_key_the_token_brings_along(
    identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any], where: str
) -> None:
    own = OKPKey.generate_key("Ed25519", {"kid": str(bank_key.kid)})
    brought = own.as_dict(private=False) if where == "jwk" else "https://elsewhere.example/jwks.json"
    head = {"alg": "Ed25519", "typ": "at+jwt", "kid": bank_key.kid, where: brought}
    signed = forge(own, good_claims).split(".")
    assert status(identity, f"{encode(head)}.{signed[1]}.{signed[2]}") == REFUSED


def test_somebody_else_s_key_under_the_bank_s_key_id(
    identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any]
) -> None:
    own = OKPKey.generate_key("Ed25519", {"kid": str(bank_key.kid)})
    assert status(identity, forge(own, good_claims)) == REFUSED


def test_a_key_id_nobody_published(identity: Identity, good_claims: dict[str, Any]) -> None:
    own = OKPKey.generate_key("Ed25519", {"kid": "made up"})
    assert status(identity, forge(own, good_claims)) == REFUSED


def test_a_token_of_another_kind(identity: Identity, bank_key: OKPKey, good_claims: dict[str, Any]) -> None:
    assert status(identity, forge(bank_key, good_claims, typ="JWT")) == REFUSED


@pytest.mark.parametrize("token", ["x", "a.b.c", "é.é.é", "." * 5000, encode([]) + ".e30.x"])
def test_what_is_no_token_at_all(identity: Identity, token: str) -> None:
    answer = identity.http.get("/v1/me", headers=[(b"authorization", b"Bearer " + token.encode())])
    assert (answer.status_code, answer.json()["code"]) == REFUSED


def test_no_token(identity: Identity) -> None:
    answer = identity.get("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == REFUSED
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_refresh_token_is_no_access_token(identity: Identity) -> None:
    tokens = identity.sign_in(identity.customer())
    assert status(identity, tokens["refresh_token"]) == REFUSED
