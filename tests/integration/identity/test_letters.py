"""Passwords reset and addresses verified by what was sent in letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.integration.identity.conftest import new_address

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity, Person

NEW_PASSWORD = "another long and winding road"


def newest_letter(identity: Identity, address: str, subject: str) -> str:
    """Body of the newest letter, after everything due was delivered."""
    identity.command("mailbox", "deliver")
    row = identity.database.execute(
        "SELECT body FROM mailbox WHERE address = %s AND subject = %s ORDER BY id DESC LIMIT 1",
        [address, subject],
    ).fetchone()
    return row[0] if row else ""


def token_in(letter: str) -> str:
    found = re.search(r"\?token=([\w-]+)", letter)
    assert found, letter
    return found[1]


def ask_for_reset(identity: Identity, name: str) -> int:
    return identity.post("/v1/password-resets", {"username": name}, x_forwarded_for=new_address()).status_code


def reset_token(identity: Identity, person: Person) -> str:
    assert ask_for_reset(identity, person.email) == 202
    return token_in(newest_letter(identity, person.email, "Choose a new password"))


def test_a_reset_link_sets_a_new_password_once(identity: Identity) -> None:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    token = reset_token(identity, alice)
    body = {"token": token, "new_password": NEW_PASSWORD}
    assert identity.post("/v1/password-resets/confirm", body).status_code == 204
    assert identity.try_to_sign_in(alice).status_code == 401
    assert identity.try_to_sign_in(alice, password=NEW_PASSWORD).status_code == 200
    again = identity.post("/v1/password-resets/confirm", body | {"new_password": alice.password})
    assert (again.status_code, again.json()["code"]) == (422, "link_invalid")
    ended = identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]})
    assert ended.status_code == 401, "sessions from before the reset are over"
    assert "was changed" in newest_letter(identity, alice.email, "Your password was changed")


def test_a_weak_password_does_not_use_the_link_up(identity: Identity) -> None:
    alice = identity.customer()
    token = reset_token(identity, alice)
    weak = identity.post("/v1/password-resets/confirm", {"token": token, "new_password": "password1"})
    assert (weak.status_code, weak.json()["code"]) == (422, "weak_password")
    assert weak.json()["errors"][0]["pointer"] == "/new_password"
    body = {"token": token, "new_password": NEW_PASSWORD}
    assert identity.post("/v1/password-resets/confirm", body).status_code == 204


def test_only_the_newest_link_is_good_and_not_for_long(identity: Identity) -> None:
    alice = identity.customer()
    first, second = reset_token(identity, alice), reset_token(identity, alice)
    for token, expired in ((first, False), (second, True)):
        if expired:
            identity.database.execute("UPDATE sent_secret SET expires_at = now() - interval '1 second'")
        body = {"token": token, "new_password": NEW_PASSWORD}
        assert identity.post("/v1/password-resets/confirm", body).json()["code"] == "link_invalid"


def test_a_reset_does_not_get_around_the_second_factor(identity: Identity) -> None:
    teller = identity.staff()
    body = {"token": reset_token(identity, teller), "new_password": NEW_PASSWORD}
    assert identity.post("/v1/password-resets/confirm", body).status_code == 204
    assert identity.try_to_sign_in(teller, password=NEW_PASSWORD).json()["code"] == "otp_required"


def test_asking_for_somebody_unknown_looks_the_same(identity: Identity) -> None:
    identity.command("mailbox", "deliver")
    before = identity.database.execute("SELECT count(*) FROM mailbox").fetchone()
    assert ask_for_reset(identity, "nobody.has.this@example.com") == 202
    identity.command("mailbox", "deliver")
    assert identity.database.execute("SELECT count(*) FROM mailbox").fetchone() == before
    unsent = identity.database.execute("SELECT count(*) FROM letter WHERE sent_at IS NULL").fetchone()
    assert unsent == (0,), "and does not stay in the queue"


def test_nobody_is_buried_in_letters(identity: Identity) -> None:
    alice = identity.customer()
    assert [ask_for_reset(identity, alice.email) for _ in range(6)] == [202] * 6
    identity.command("mailbox", "deliver")
    row = identity.database.execute(
        "SELECT count(*) FROM mailbox WHERE address = %s AND subject = 'Choose a new password'", [alice.email]
    ).fetchone()
    assert row == (3,)


def test_secrets_are_kept_as_hashes_only(identity: Identity) -> None:
    alice = identity.customer()
    token = reset_token(identity, alice)
    kept = str(identity.database.execute("SELECT * FROM letter").fetchall())
    kept += str(identity.database.execute("SELECT * FROM sent_secret").fetchall())
    assert token not in kept


@pytest.mark.parametrize("token", ["x", "a" * 128, "' OR 1=1 --"])
def test_made_up_links_are_refused(identity: Identity, token: str) -> None:
    body = {"token": token, "new_password": NEW_PASSWORD}
    answer = identity.post("/v1/password-resets/confirm", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "link_invalid")
    assert identity.post("/v1/email-verifications", {"token": token}).json()["code"] == "link_invalid"


def test_the_mail_address_is_verified_by_the_link_sent_at_registration(identity: Identity) -> None:
    alice = identity.customer()
    access = identity.sign_in(alice)["access_token"]
    assert identity.get("/v1/me", token=access).json()["email_verified"] is False
    token = token_in(newest_letter(identity, alice.email, "Is this your email address?"))
    assert identity.post("/v1/email-verifications", {"token": token}).status_code == 204
    assert identity.get("/v1/me", token=access).json()["email_verified"] is True
    again = identity.post("/v1/me/email/verification", token=access)
    assert (again.status_code, again.json()["code"]) == (409, "already_verified")


def test_the_phone_is_verified_by_a_code_that_is_guessed_five_times_at_most(identity: Identity) -> None:
    alice = identity.customer()
    access = identity.sign_in(alice)["access_token"]
    assert identity.post("/v1/me/phone/verification", token=access).status_code == 202
    code = newest_letter(identity, "+2348031234567", "")[:6]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    path = "/v1/me/phone/verification/confirm"
    answers = [identity.post(path, {"code": wrong}, token=access).json()["code"] for _ in range(6)]
    assert answers == ["link_invalid"] * 5 + ["locked"]
    identity.forget_guesses()
    assert identity.post(path, {"code": code}, token=access).status_code == 204
    assert identity.get("/v1/me", token=access).json()["phone_verified"] is True


def test_a_code_for_one_person_is_worthless_to_another(identity: Identity) -> None:
    alice, bob = identity.customer(), identity.customer("bob")
    for person in (alice, bob):
        identity.post("/v1/me/phone/verification", token=identity.sign_in(person)["access_token"])
        identity.command("mailbox", "deliver")
    rows = identity.database.execute(
        "SELECT left(body, 6) FROM mailbox WHERE address = '+2348031234567' ORDER BY id DESC LIMIT 2"
    ).fetchall()
    access = identity.sign_in(alice)["access_token"]
    answer = identity.post("/v1/me/phone/verification/confirm", {"code": rows[0][0]}, token=access)
    assert answer.json()["code"] == "link_invalid"


def test_staff_open_the_mailbox_and_customers_do_not(identity: Identity) -> None:
    alice = identity.customer()
    newest_letter(identity, alice.email, "Is this your email address?")
    support = identity.sign_in(identity.staff("support"))["access_token"]
    found = identity.get(f"/v1/mailbox?address={alice.email}", token=support).json()["items"]
    assert [item["subject"] for item in found] == ["Is this your email address?"]
    customer = identity.sign_in(alice)["access_token"]
    assert identity.get("/v1/mailbox", token=customer).status_code == 403
