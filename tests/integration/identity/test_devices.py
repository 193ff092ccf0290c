"""Sessions and devices: seen, named, ended, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.identity.conftest import new_address
from tests.integration.identity.test_letters import newest_letter
from tests.integration.identity.test_sessions import claims

if TYPE_CHECKING:
    import httpx

    from tests.integration.identity.conftest import Identity, Person

PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in_with(identity: Identity, person: Person, agent: str, **changes: str) -> httpx.Response:
    body = {"username": person.username, "password": person.password} | changes
    return identity.post("/v1/tokens", body, user_agent=agent, x_forwarded_for=new_address())


def devices(identity: Identity, token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = identity.get("/v1/me/devices", token=token).json()["items"]
    return items


def test_the_first_device_is_trusted_and_the_next_is_new_for_a_day(identity: Identity) -> None:
    alice = identity.customer()
    first = sign_in_with(identity, alice, PHONE).json()
    second = sign_in_with(identity, alice, LAPTOP).json()
    assert "new_device_until" not in claims(first["access_token"])
    said = claims(second["access_token"])
    assert abs(said["new_device_until"] - said["iat"] - 24 * 3600) <= 2
    assert said["device"] != claims(first["access_token"])["device"]
    names = [device["name"] for device in devices(identity, second["access_token"])]
    assert names == ["Firefox on Linux", "Chrome on Android"]
    assert LAPTOP in newest_letter(identity, alice.email, "A new device signed in")


def test_a_device_is_known_again_by_its_token_wherever_it_goes(identity: Identity) -> None:
    alice = identity.customer()
    first = sign_in_with(identity, alice, PHONE).json()
    again = sign_in_with(identity, alice, PHONE + " newer", device_token=first["device_token"]).json()
    assert again["device_token"] is None
    assert claims(again["access_token"])["device"] == claims(first["access_token"])["device"]


def test_a_device_without_its_token_is_known_by_its_look_in_the_same_place(identity: Identity) -> None:
    alice = identity.customer()
    first, again = identity.sign_in(alice), identity.sign_in(alice)
    assert first["device_token"]
    assert again["device_token"] is None
    assert claims(again["access_token"])["device"] == claims(first["access_token"])["device"]


def test_a_device_token_of_somebody_else_is_worth_nothing(identity: Identity) -> None:
    alice, bob = identity.customer(), identity.customer("bob")
    token = sign_in_with(identity, alice, PHONE).json()["device_token"]
    sign_in_with(identity, bob, LAPTOP)
    answer = sign_in_with(identity, bob, PHONE, device_token=token).json()
    assert "new_device_until" in claims(answer["access_token"])


def test_a_day_later_the_device_is_no_longer_new(identity: Identity) -> None:
    alice = identity.customer()
    sign_in_with(identity, alice, PHONE)
    token = sign_in_with(identity, alice, LAPTOP).json()["device_token"]
    identity.database.execute(
        "UPDATE device SET trusted_from = trusted_from - interval '25 hours' WHERE person_id = %s", [alice.id]
    )
    answer = sign_in_with(identity, alice, LAPTOP, device_token=token).json()
    assert "new_device_until" not in claims(answer["access_token"])


def test_a_device_is_named_and_forgotten(identity: Identity) -> None:
    alice = identity.customer()
    here = sign_in_with(identity, alice, PHONE).json()
    there = sign_in_with(identity, alice, LAPTOP).json()
    lost = claims(there["access_token"])["device"]
    renamed = identity.http.patch(
        f"/v1/me/devices/{lost}",
        json={"name": "the  old laptop"},
        headers={"Authorization": f"Bearer {here['access_token']}"},
    )
    assert renamed.json()["name"] == "the old laptop"
    assert identity.delete(f"/v1/me/devices/{lost}", token=here["access_token"]).status_code == 204
    assert [device["name"] for device in devices(identity, here["access_token"])] == ["Chrome on Android"]
    refreshed = identity.post("/v1/tokens/refresh", {"refresh_token": there["refresh_token"]})
    assert refreshed.status_code == 401


def test_devices_and_sessions_of_others_are_not_there(identity: Identity) -> None:
    alice, mallory = identity.customer(), identity.customer("mallory")
    said = claims(identity.sign_in(alice)["access_token"])
    token = identity.sign_in(mallory)["access_token"]
    for path in (f"/v1/me/devices/{said['device']}", f"/v1/me/sessions/{said['sid']}"):
        assert identity.delete(path, token=token).status_code == 404


def test_sessions_are_listed_and_ended_one_by_one_or_all(identity: Identity) -> None:
    alice = identity.customer()
    here, there, elsewhere = (identity.sign_in(alice) for _ in range(3))
    token = here["access_token"]
    listed = identity.get("/v1/me/sessions", token=token).json()["items"]
    assert [each["is_this"] for each in listed] == [False, False, True]
    assert listed[0]["id"] == claims(elsewhere["access_token"])["sid"]
    assert identity.delete(f"/v1/me/sessions/{listed[0]['id']}", token=token).status_code == 204
    assert identity.delete("/v1/me/sessions", token=token).json() == {"ended": 1}
    codes = [
        identity.post("/v1/tokens/refresh", {"refresh_token": each["refresh_token"]}).status_code
        for each in (here, there, elsewhere)
    ]
    assert codes == [200, 401, 401]
    assert identity.delete("/v1/me/sessions?but_this=false", token=token).json() == {"ended": 1}


def test_strangers_from_everywhere_are_slowed_down_and_the_owner_is_not(identity: Identity) -> None:
    alice = identity.customer()
    device_token = sign_in_with(identity, alice, PHONE).json()["device_token"]
    identity.post("/v1/tokens", {"username": alice.username, "password": "x"}, x_forwarded_for=new_address())
    identity.database.execute("UPDATE guesses SET failures = 29 WHERE key LIKE 'strangers:%'")
    codes = [sign_in_with(identity, alice, LAPTOP, password="guess").status_code for _ in range(2)]
    assert codes == [401, 423], "a guesser with a new address for every guess"
    assert sign_in_with(identity, alice, PHONE, device_token=device_token).status_code == 200
