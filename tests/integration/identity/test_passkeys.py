"""Passkeys: made, used to sign in and to confirm, refused when anything about them is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.identity.authenticator import USER_PRESENT, SoftKey
from tests.integration.identity.conftest import PASSWORD
from tests.integration.identity.test_sessions import claims

if TYPE_CHECKING:
    import httpx

    from tests.integration.identity.conftest import Identity


def register(identity: Identity, key: SoftKey, token: str) -> httpx.Response:
    begun = identity.post("/v1/me/passkeys/options", {"password": PASSWORD}, token=token)
    assert begun.status_code == 200, begun.text
    credential = key.register(begun.json()["options"])
    return identity.post("/v1/me/passkeys", {"name": "my phone", "credential": credential}, token=token)


def sign_in(identity: Identity, key: SoftKey) -> httpx.Response:
    options = identity.post("/v1/passkey-logins/options").json()["options"]
    return identity.post("/v1/passkey-logins", {"credential": key.sign(options)})


@pytest.fixture
def key(identity: Identity) -> SoftKey:
    """A registered passkey of a new customer."""
    key = SoftKey()
    token = identity.sign_in(identity.customer())["access_token"]
    assert register(identity, key, token).status_code == 201
    return key


def test_signing_in_with_a_passkey_counts_as_two_factors(identity: Identity) -> None:
    alice, key = identity.customer(), SoftKey()
    made = register(identity, key, identity.sign_in(alice)["access_token"])
    assert made.json()["name"] == "my phone"
    answer = sign_in(identity, key)
    assert answer.status_code == 200, answer.text
    said = claims(answer.json()["access_token"])
    assert (said["sub"], said["acr"], said["amr"]) == (alice.id, "mfa", ["hwk", "user", "mfa"])


def test_a_signature_is_good_once(identity: Identity, key: SoftKey) -> None:
    options = identity.post("/v1/passkey-logins/options").json()["options"]
    signed = {"credential": key.sign(options)}
    assert identity.post("/v1/passkey-logins", signed).status_code == 200
    again = identity.post("/v1/passkey-logins", signed)
    assert (again.status_code, again.json()["code"]) == (401, "passkey_invalid")


def test_a_copied_key_is_found_by_its_counter(identity: Identity, key: SoftKey) -> None:
    key.sign_count = 7
    assert sign_in(identity, key).status_code == 200
    key.sign_count = 3
    assert sign_in(identity, key).json()["code"] == "passkey_invalid"


def test_another_site_cannot_use_it(identity: Identity, key: SoftKey) -> None:
    key.origin = "https://arhan.elsewhere.example"
    assert sign_in(identity, key).json()["code"] == "passkey_invalid"


def test_presence_without_verification_is_not_enough(identity: Identity, key: SoftKey) -> None:
    key.flags = USER_PRESENT
    assert sign_in(identity, key).json()["code"] == "passkey_invalid"


def test_an_unknown_key_and_nonsense_are_refused(identity: Identity) -> None:
    assert sign_in(identity, SoftKey()).json()["code"] == "passkey_invalid"
    nonsense: list[dict[str, object]] = [
        {},
        {"rawId": 7},
        {"rawId": "x", "response": {"clientDataJSON": "e30"}},
        {"response": []},
    ]
    for credential in nonsense:
        answer = identity.post("/v1/passkey-logins", {"credential": credential})
        assert (answer.status_code, answer.json()["code"]) == (401, "passkey_invalid")


def test_what_was_asked_for_a_login_registers_nothing(identity: Identity) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    options = identity.post("/v1/passkey-logins/options").json()["options"]
    credential = SoftKey().register({"rp": {"id": "localhost"}, "challenge": options["challenge"]})
    answer = identity.post("/v1/me/passkeys", {"name": "x", "credential": credential}, token=token)
    assert answer.json()["code"] == "passkey_invalid"


def test_what_one_person_was_asked_another_cannot_answer(identity: Identity) -> None:
    alice, mallory = (identity.sign_in(identity.customer())["access_token"] for _ in range(2))
    options = identity.post("/v1/me/passkeys/options", {"password": PASSWORD}, token=alice).json()["options"]
    credential = SoftKey().register(options)
    answer = identity.post("/v1/me/passkeys", {"name": "x", "credential": credential}, token=mallory)
    assert answer.json()["code"] == "passkey_invalid"


def test_a_passkey_is_given_up_with_the_password(identity: Identity) -> None:
    alice, key = identity.customer(), SoftKey()
    token = identity.sign_in(alice)["access_token"]
    made = register(identity, key, token).json()
    path = f"/v1/me/passkeys/{made['id']}/remove"
    assert identity.post(path, {"password": "wrong"}, token=token).json()["code"] == "wrong_password"
    assert identity.post(path, {"password": PASSWORD}, token=token).status_code == 204
    assert sign_in(identity, key).json()["code"] == "passkey_invalid"
    assert identity.get("/v1/me/passkeys", token=token).json() == {"items": []}


def test_staff_with_a_passkey_do_not_get_around_it_with_the_password(identity: Identity) -> None:
    teller, key = identity.staff(authenticator=False), SoftKey()
    half = identity.sign_in(teller)["access_token"]
    assert register(identity, key, half).status_code == 201
    half = identity.sign_in(teller)["access_token"]
    assert claims(half)["acr"] == "pwd"
    for path in ("/v1/me/passkeys/options", "/v1/me/authenticator"):
        answer = identity.post(path, {"password": PASSWORD}, token=half)
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    whole = sign_in(identity, key).json()["access_token"]
    assert identity.get("/v1/people", token=whole).status_code == 200
    identity.database.execute("UPDATE person SET enabled = false WHERE id = %s", [teller.id])
    assert sign_in(identity, key).json()["code"] == "passkey_invalid"
