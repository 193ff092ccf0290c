"""Keys and credentials are replaced while the bank runs, and nobody notices."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.integration.identity.test_revocation import account
from tests.integration.identity.test_sessions import header

if TYPE_CHECKING:
    from arhan.kernel.auth import KeySource
    from tests.integration.identity.conftest import Identity

__all__ = ["account"]


def test_rotating_the_signing_key_fails_no_request(identity: Identity, account: KeySource) -> None:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    old_token, old = tokens["access_token"], header(tokens["access_token"])["kid"]
    assert account.verify(old_token).subject == alice.id
    identity.command("keys", "rotate")
    published = [key["kid"] for key in identity.get("/.well-known/jwks.json").json()["keys"]]
    assert len(published) >= 2
    assert old in published
    deadline, kid = time.monotonic() + 60, old
    while kid == old:
        assert time.monotonic() < deadline, "the new key never signs"
        answer = identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]})
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        kid = header(tokens["access_token"])["kid"]
        for token in (old_token, tokens["access_token"]):
            assert identity.get("/v1/me", token=token).status_code == 200
            assert account.verify(token).subject == alice.id
    retired = identity.database.execute(
        "SELECT published_until > now() + interval '10 minutes' FROM signing_key WHERE kid = %s", [old]
    ).fetchone()
    assert retired == (True,), "published until its last token has expired"
