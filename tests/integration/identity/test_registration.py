"""People come in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity


def test_a_customer_registers_with_the_role_of_a_customer(real_identity: Identity) -> None:
    identity = real_identity
    answer = identity.register("amina", phone="0803 123 4567", sex="F")
    assert answer.status_code == 201
    assert answer.json()["role"] == "customer"
    assert answer.json()["tier"] == 1
    row = identity.database.execute(
        "SELECT phone, sex, role, left(password_hash, 20) FROM person WHERE id = %s", [answer.json()["id"]]
    ).fetchone()
    assert row == ("+2348031234567", "female", "customer", "pbkdf2_sha256$600000")


def test_registering_says_so_to_whoever_listens(identity: Identity) -> None:
    person = identity.customer("bola")
    rows = identity.database.execute(
        "SELECT type, data::json->>'username' FROM outbox WHERE subject = %s", [person.id]
    ).fetchall()
    assert rows == [("identity.person.registered", person.username)]


def test_a_repeat_gets_the_same_answer_and_makes_nobody(identity: Identity) -> None:
    body = {
        "username": "chidi.repeat",
        "email": "chidi.repeat@example.com",
        "password": "a long and winding road",
        "first_name": "Chidi",
        "last_name": "Okafor",
        "phone": "+2348031234567",
    }
    first = identity.post("/v1/registrations", body, idempotency_key="chidi")
    again = identity.post("/v1/registrations", body, idempotency_key="chidi")
    other = identity.post("/v1/registrations", body | {"first_name": "Chike"}, idempotency_key="chidi")
    keyless = identity.post("/v1/registrations", body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("member", ["role", "tier", "enabled", "is_staff", "id", "password_hash"])
def test_nobody_gives_themselves_a_role_or_a_tier(identity: Identity, member: str) -> None:
    answer = identity.register("mallory", **{member: "admin"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"pointer": f"/{member}", "message": "Extra inputs are not permitted"}]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("username", "ab"),
        ("username", "has space"),
        ("username", "an@address"),
        ("username", "-dash"),
        ("username", "x" * 33),
        ("username", "ünïcode"),
        ("username", None),
        ("username", 7),
        ("email", "nobody"),
        ("email", "two@@example.com"),
        ("email", "dot..dot@example.com"),
        ("email", "x@localhost"),
        ("email", "a" * 250 + "@example.com"),
        ("first_name", ""),
        ("first_name", "   "),
        ("first_name", "A\tB\u202e"),
        ("last_name", "x" * 81),
        ("phone", "12"),
        ("phone", "+1"),
        ("phone", "phone"),
        ("sex", "unknown"),
        ("password", "x" * 129),
    ],
)
def test_what_is_wrong_is_pointed_at(identity: Identity, member: str, value: object) -> None:
    answer = identity.register("dayo", **{member: value})
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_request"
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{member}"]


@pytest.mark.parametrize("member", ["username", "email", "password", "first_name", "last_name", "phone"])
def test_what_is_missing_is_pointed_at(identity: Identity, member: str) -> None:
    body = {
        "username": "efe.missing",
        "email": "efe.missing@example.com",
        "password": "a long and winding road",
        "first_name": "Efe",
        "last_name": "Bello",
        "phone": "+2348031234567",
    }
    del body[member]
    answer = identity.post("/v1/registrations", body, idempotency_key=f"missing-{member}")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{member}"]


def test_names_and_addresses_are_taken_in_any_case(identity: Identity) -> None:
    person = identity.customer("funke")
    name = identity.register("other", username=person.username.upper())
    email = identity.register("other", email=person.email.upper())
    assert (name.status_code, name.json()["code"]) == (409, "username_taken")
    assert (email.status_code, email.json()["code"]) == (409, "email_taken")


def test_of_many_who_want_a_name_at_once_one_gets_it(identity: Identity) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: identity.register("race", username="only.one"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


def test_nul_and_lone_surrogates_are_refused_not_stumbled_over(identity: Identity) -> None:
    for name in (r"\u0000", r"\ud800"):
        body = (
            '{"username":"gbenga","email":"g@example.com","password":"a long and winding road",'
            f'"first_name":"{name}","last_name":"B","phone":"+2348031234567"}}'
        )
        answer = identity.http.post(
            "/v1/registrations",
            content=body,
            headers={"Idempotency-Key": name.strip("\\"), "Content-Type": "application/json"},
        )
        assert answer.status_code == 400, answer.text
