"""Services prove themselves and get no more than the topology says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from arhan import topology
from arhan.contracts.subscriptions import SUBSCRIPTIONS
from tests.integration.identity.conftest import CLIENT_SECRETS
from tests.integration.identity.test_sessions import claims

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


@pytest.fixture
def secret_of_fraud(identity: Identity, tmp_path: Path) -> Iterator[Path]:
    """The file from which fraud reads what it proves itself with; afterwards the environment's holds again."""
    file = tmp_path / "fraud" / "client_secret"
    yield file
    identity.database.execute("DELETE FROM service_secret")


def rotate(identity: Identity, file: Path, *, overlap_s: int = 60) -> str:
    directory = str(file.parent.parent)
    words = ("keys", "rotate", "--services", "--only", "fraud", "--directory", directory)
    return identity.command(*words, "--overlap-s", str(overlap_s))


def asked(identity: Identity, secret: str) -> str:
    """What identity says to fraud with this secret: `ok`, or a code."""
    body = {"client_id": "fraud", "client_secret": secret, "audience": "identity"}
    answer = identity.post("/internal/v1/service-tokens", body)
    return "ok" if answer.status_code == 200 else str(answer.json()["code"])


def test_a_rotated_secret_holds_at_once_and_the_old_one_until_the_overlap_ends(
    identity: Identity, secret_of_fraud: Path
) -> None:
    old = CLIENT_SECRETS["fraud"]
    assert "fraud has a new secret" in rotate(identity, secret_of_fraud)
    new = secret_of_fraud.read_text().strip()
    assert len(new) >= 43
    assert secret_of_fraud.stat().st_mode & 0o077 == 0
    assert (asked(identity, new), asked(identity, old)) == ("ok", "ok")
    identity.database.execute("UPDATE service_secret SET expires_at = now() WHERE expires_at IS NOT NULL")
    assert (asked(identity, new), asked(identity, old)) == ("ok", "invalid_client")
    rotate(identity, secret_of_fraud, overlap_s=0)
    assert asked(identity, new) == "invalid_client"
    assert asked(identity, secret_of_fraud.read_text().strip()) == "ok"
    assert identity.service_token("account"), "the others go on with theirs"


def test_a_rotation_interrupted_anywhere_is_finished_by_the_next(
    identity: Identity, secret_of_fraud: Path
) -> None:
    begun = secret_of_fraud.with_name("client_secret.next")
    begun.parent.mkdir(parents=True)
    begun.write_text("written-down-and-then-the-power-went\n")
    rotate(identity, secret_of_fraud)
    assert secret_of_fraud.read_text().strip() == "written-down-and-then-the-power-went"
    assert not begun.exists()
    # as if it had died between the database and the file
    secret_of_fraud.rename(begun)
    rotate(identity, secret_of_fraud)
    assert asked(identity, secret_of_fraud.read_text().strip()) == "ok"


def test_secrets_rotate_while_services_ask_for_tokens_and_none_is_refused(
    identity: Identity, secret_of_fraud: Path
) -> None:
    rotate(identity, secret_of_fraud)
    ended = threading.Event()
    answers: list[str] = []

    def ask_for_ever() -> None:
        while not ended.is_set():
            answers.append(asked(identity, secret_of_fraud.read_text().strip()))

    with ThreadPoolExecutor(4) as at_once:
        askers = [at_once.submit(ask_for_ever) for _ in range(4)]
        for _ in range(5):
            rotate(identity, secret_of_fraud)
        ended.set()
        for asker in askers:
            asker.result()
    assert len(answers) > 20
    assert set(answers) == {"ok"}


@pytest.mark.parametrize(
    ("caller", "audience"),
    [(c.name, a.name) for c in topology.SERVICES for a in topology.SERVICES if c is not a],
)
def test_a_stolen_credential_opens_what_its_service_may_and_nothing_else(
    identity: Identity, caller: str, audience: str
) -> None:
    """Every service against every other: a token only where the topology says, its scopes that audience's alone."""
    body = {"client_id": caller, "client_secret": CLIENT_SECRETS[caller], "audience": audience}
    answer = identity.post("/internal/v1/service-tokens", body)
    service = topology.service(caller)
    hears = caller in SUBSCRIPTIONS.get(audience, {})
    if audience not in service.calls and not hears:
        assert (answer.status_code, answer.json()["code"]) == (403, "audience_not_permitted")
        return
    said = claims(answer.json()["access_token"])
    assert (said["aud"], said["role"], said["sub"]) == ([audience], "service", caller)
    granted = {scope for scope in service.scopes if scope.startswith(f"{audience}:")}
    granted |= {f"{audience}:feed"} if hears else set()
    granted |= {"identity:revocations"} if audience == "identity" else set()
    assert set(said["scope"].split()) == granted
