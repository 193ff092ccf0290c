"""Signing in, staying signed in, signing out."""

from __future__ import annotations

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.integration.identity.conftest import new_address

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def header(token: str) -> dict[str, Any]:
    part = token.split(".", maxsplit=1)[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_signing_in_by_username_or_email_in_any_case(identity: Identity) -> None:
    alice = identity.customer()
    for name in (alice.username, alice.username.upper(), alice.email, alice.email.title()):
        tokens = identity.sign_in(alice, username=name)
        me = identity.get("/v1/me", token=tokens["access_token"])
        assert me.json()["id"] == alice.id
        assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)


def test_an_access_token_says_who_how_and_for_whom(identity: Identity) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["access_token"]
    said = claims(token)
    assert said["sub"] == alice.id
    assert said["iss"] == "https://arhan.example/identity"
    assert sorted(said["aud"]) == ["account", "fraud", "frontend", "identity", "ledger", "payment"]
    assert (said["role"], said["tier"], said["acr"], said["amr"]) == ("customer", 1, "pwd", ["pwd"])
    assert said["exp"] - said["iat"] == 600
    published = identity.get("/.well-known/jwks.json").json()["keys"]
    assert header(token) == {"alg": "Ed25519", "typ": "at+jwt", "kid": published[0]["kid"]}
    assert all("d" not in key for key in published)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(identity: Identity) -> None:
    alice = identity.customer()
    wrong = identity.try_to_sign_in(alice, password="wrong").json()
    unknown = identity.try_to_sign_in(alice, username="nobody.has.this").json()
    wrong.pop("request_id")
    unknown.pop("request_id")
    assert wrong == unknown
    assert wrong["code"] == "invalid_credentials"


def test_a_wrong_password_and_an_unknown_name_take_the_same_time(real_identity: Identity) -> None:
    """Processor time of the office: what else the machine does must not matter. Without a hash it is nothing."""
    identity = real_identity
    alice = identity.customer()

    def cost(name: str) -> float:
        before = identity.processor_time_s()
        answer = identity.post(
            "/v1/tokens", {"username": name, "password": "wrong"}, x_forwarded_for=new_address()
        )
        assert answer.status_code == 401
        return identity.processor_time_s() - before

    known, unknown = [], []
    for _ in range(4):
        known.append(cost(alice.username))
        unknown.append(cost("nobody.has.this"))
    assert min(known) > 0.05
    assert 0.5 < sum(known) / sum(unknown) < 2.0


def test_guessing_is_slowed_down_before_it_costs_anything(identity: Identity) -> None:
    alice = identity.customer()
    answers = [identity.try_to_sign_in(alice, password=f"guess {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 401, 423]
    locked = answers[-1]
    assert (locked.json()["code"], locked.json()["retryable"]) == ("locked", True)
    assert 25 <= int(locked.headers["Retry-After"]) <= 30
    right = identity.try_to_sign_in(alice)
    assert right.status_code == 423, "even the right password waits"


def test_names_nobody_has_lock_like_others(identity: Identity) -> None:
    address = new_address()
    body = {"username": "no.such.person", "password": "guess"}
    codes = [identity.post("/v1/tokens", body, x_forwarded_for=address).status_code for _ in range(6)]
    assert codes == [401, 401, 401, 401, 401, 423]


def test_guesses_sent_at_once_gain_nothing(real_identity: Identity) -> None:
    identity = real_identity
    alice = identity.customer()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: identity.try_to_sign_in(alice, password=f"guess {n}"), range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [423] * 7


def test_the_owner_elsewhere_is_not_locked_out_by_a_guesser(identity: Identity) -> None:
    alice = identity.customer()
    guesser = new_address()
    for n in range(6):
        body = {"username": alice.username, "password": f"guess {n}"}
        identity.post("/v1/tokens", body, x_forwarded_for=guesser)
    assert identity.try_to_sign_in(alice).status_code == 200


def test_one_address_cannot_try_a_password_on_everybody(identity: Identity) -> None:
    address = new_address()
    identity.database.execute("DELETE FROM guesses")
    identity.post("/v1/tokens", {"username": "spray.0", "password": "x"}, x_forwarded_for=address)
    identity.database.execute("UPDATE guesses SET failures = 49 WHERE key LIKE 'address:%'")
    codes = [
        identity.post(
            "/v1/tokens", {"username": f"spray.{n}", "password": "x"}, x_forwarded_for=address
        ).status_code
        for n in (1, 2)
    ]
    assert codes == [401, 429]


def test_success_forgets_the_failures_before_it(identity: Identity) -> None:
    alice = identity.customer()
    for _ in range(3):
        for n in range(4):
            assert identity.try_to_sign_in(alice, password=f"typo {n}").status_code == 401
        identity.sign_in(alice)


def test_a_refresh_token_is_good_once(identity: Identity) -> None:
    alice = identity.customer()
    first = identity.sign_in(alice)
    second = identity.post("/v1/tokens/refresh", {"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert claims(second.json()["access_token"])["sid"] == claims(first["access_token"])["sid"]
    assert claims(second.json()["access_token"])["auth_time"] == claims(first["access_token"])["auth_time"]


def test_a_refresh_token_used_twice_ends_the_family(identity: Identity) -> None:
    alice = identity.customer()
    stolen = identity.sign_in(alice)["refresh_token"]
    successor = identity.post("/v1/tokens/refresh", {"refresh_token": stolen}).json()["refresh_token"]
    thief = identity.post("/v1/tokens/refresh", {"refresh_token": stolen})
    owner = identity.post("/v1/tokens/refresh", {"refresh_token": successor})
    assert (thief.status_code, thief.json()["code"]) == (401, "invalid_refresh_token")
    assert (owner.status_code, owner.json()["code"]) == (401, "invalid_refresh_token")
    assert identity.try_to_sign_in(alice).status_code == 200, "a new login is a new family"


def test_of_two_refreshes_at_once_at_most_one_succeeds(identity: Identity) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["refresh_token"]
    with ThreadPoolExecutor(4) as pool:
        codes = list(
            pool.map(
                lambda _: identity.post("/v1/tokens/refresh", {"refresh_token": token}).status_code, range(4)
            )
        )
    assert sorted(codes) == [200, 401, 401, 401]


def test_refresh_tokens_are_not_in_the_database(identity: Identity) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["refresh_token"]
    rows = identity.database.execute("SELECT * FROM refresh_token").fetchall()
    assert rows
    assert token not in str(rows)
    assert token.encode() not in [bytes(value) for row in rows for value in row if isinstance(value, bytes)]


def test_a_session_ends_when_nobody_uses_it_and_at_its_absolute_end(identity: Identity) -> None:
    teller = identity.staff()
    idle = identity.sign_in(teller)["refresh_token"]
    row = identity.database.execute(
        "SELECT round(extract(epoch FROM r.expires_at - r.created_at) / 60),"
        " round(extract(epoch FROM s.expires_at - s.signed_in_at) / 3600)"
        " FROM refresh_token r JOIN session s ON s.id = r.session_id WHERE s.person_id = %s",
        [teller.id],
    ).fetchone()
    assert row == (15, 12), "staff: a quarter of an hour idle, twelve hours in all"
    identity.database.execute(
        "UPDATE refresh_token SET expires_at = now() - interval '1 second' FROM session s"
        " WHERE s.id = session_id AND s.person_id = %s",
        [teller.id],
    )
    assert identity.post("/v1/tokens/refresh", {"refresh_token": idle}).status_code == 401


def test_logout_ends_the_session(identity: Identity) -> None:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    other = identity.sign_in(alice)
    assert identity.post("/v1/logout", token=tokens["access_token"]).status_code == 204
    assert identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 401
    assert identity.post("/v1/tokens/refresh", {"refresh_token": other["refresh_token"]}).status_code == 200


def test_somebody_disabled_can_neither_sign_in_nor_refresh(identity: Identity) -> None:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    identity.database.execute("UPDATE person SET enabled = false WHERE id = %s", [alice.id])
    assert identity.try_to_sign_in(alice).json()["code"] == "invalid_credentials"
    assert identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 401


def test_an_old_hash_is_renewed_at_login(real_identity: Identity) -> None:
    identity = real_identity
    alice = identity.customer()
    weak = (
        "pbkdf2_sha256$1000$salt$"
        + base64.b64encode(hashlib.pbkdf2_hmac("sha256", alice.password.encode(), b"salt", 1000)).decode()
    )
    identity.database.execute("UPDATE person SET password_hash = %s WHERE id = %s", [weak, alice.id])
    identity.sign_in(alice)
    row = identity.database.execute("SELECT password_hash FROM person WHERE id = %s", [alice.id]).fetchone()
    assert row
    assert row[0].startswith("pbkdf2_sha256$600000$")
