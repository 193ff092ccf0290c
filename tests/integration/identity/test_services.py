"""Services prove themselves and get no more than the topology says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.identity.conftest import CLIENT_SECRETS
from tests.integration.identity.test_sessions import claims

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity


def test_a_service_token_is_for_one_sibling_with_the_scopes_of_the_topology(identity: Identity) -> None:
    said = claims(identity.service_token("payment", "account"))
    assert (said["sub"], said["role"], said["aud"]) == ("payment", "service", ["account"])
    assert set(said["scope"].split()) >= {"account:move", "account:read"}
    assert all(scope.startswith("account:") for scope in said["scope"].split())
    assert said["exp"] - said["iat"] == 600


def test_a_subscriber_may_read_the_feed_it_hears(identity: Identity) -> None:
    assert "payment:feed" in claims(identity.service_token("fraud", "payment"))["scope"].split()


@pytest.mark.parametrize(
    ("client", "secret", "audience", "code"),
    [
        ("account", "wrong", "identity", "invalid_client"),
        ("account", "", "identity", "invalid_client"),
        ("nobody", "", "identity", "invalid_client"),
        ("account", CLIENT_SECRETS["payment"], "identity", "invalid_client"),
        ("fraud", CLIENT_SECRETS["fraud"], "ledger", "audience_not_permitted"),
        ("account", CLIENT_SECRETS["account"], "nowhere", "audience_not_permitted"),
    ],
)
def test_anything_else_is_refused(
    identity: Identity, client: str, secret: str, audience: str, code: str
) -> None:
    body = {"client_id": client, "client_secret": secret, "audience": audience}
    assert identity.post("/internal/v1/service-tokens", body).json()["code"] == code


def test_a_credential_of_one_service_opens_nothing_that_service_may_not(identity: Identity) -> None:
    fraud = identity.service_token("fraud")
    answer = identity.post("/internal/v1/people/lookups", {"ids": []}, token=fraud)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    for_account = identity.service_token("payment", "account")
    answer = identity.post("/internal/v1/people/lookups", {"ids": []}, token=for_account)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_service_is_not_a_person(identity: Identity) -> None:
    assert identity.get("/v1/me", token=identity.service_token("account")).status_code == 403


def test_siblings_look_people_up_by_id(identity: Identity) -> None:
    alice = identity.customer()
    answer = identity.post(
        "/internal/v1/people/lookups",
        {"ids": [alice.id, "usr_unknown"]},
        token=identity.service_token("account"),
    )
    assert answer.json() == {
        "people": [
            {
                "id": alice.id,
                "username": alice.username,
                "name": "Alice Adeyemi",
                "role": "customer",
                "tier": 1,
                "enabled": True,
            }
        ]
    }


def test_people_do_not_look_people_up(identity: Identity) -> None:
    token = identity.sign_in(identity.staff("admin"))["access_token"]
    assert identity.post("/internal/v1/people/lookups", {"ids": []}, token=token).status_code == 403
