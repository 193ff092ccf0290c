"""Second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp

from tests.integration.identity.conftest import PASSWORD
from tests.integration.identity.test_sessions import claims

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity, Person


def set_up_authenticator(identity: Identity, person: Person, token: str) -> list[str]:
    begun = identity.post("/v1/me/authenticator", {"password": PASSWORD}, token=token)
    assert begun.status_code == 201, begun.text
    person.totp_secret = begun.json()["secret"]
    code = pyotp.TOTP(person.totp_secret).now()
    confirmed = identity.post("/v1/me/authenticator/confirm", {"code": code}, token=token)
    assert confirmed.status_code == 200, confirmed.text
    codes: list[str] = confirmed.json()["recovery_codes"]
    return codes


def test_setting_up_an_authenticator(identity: Identity) -> None:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    begun = identity.post("/v1/me/authenticator", {"password": PASSWORD}, token=tokens["access_token"]).json()
    assert begun["uri"].startswith(f"otpauth://totp/Arhan%3A{alice.username}?secret={begun['secret']}&")
    assert begun["qr_svg"].startswith("<svg")
    assert identity.try_to_sign_in(alice).status_code == 200, "unconfirmed it counts for nothing"
    code = pyotp.TOTP(begun["secret"]).now()
    answer = identity.post("/v1/me/authenticator/confirm", {"code": code}, token=tokens["access_token"])
    assert len(answer.json()["recovery_codes"]) == 10
    refreshed = identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]}).json()
    assert claims(refreshed["access_token"])["acr"] == "mfa"
    assert identity.try_to_sign_in(alice).json()["code"] == "otp_required"
    assert identity.get("/v1/me/factors", token=tokens["access_token"]).json() == {
        "authenticator": True,
        "recovery_codes_left": 10,
    }


def test_setting_one_up_needs_the_password(identity: Identity) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    answer = identity.post("/v1/me/authenticator", {"password": "wrong"}, token=token)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")


def test_a_second_one_does_not_replace_the_first(identity: Identity) -> None:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    set_up_authenticator(identity, alice, tokens["access_token"])
    before = identity.post("/v1/me/authenticator", {"password": PASSWORD}, token=tokens["access_token"])
    assert (before.status_code, before.json()["code"]) == (403, "second_factor_required")
    refreshed = identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]}).json()
    answer = identity.post("/v1/me/authenticator", {"password": PASSWORD}, token=refreshed["access_token"])
    assert (answer.status_code, answer.json()["code"]) == (409, "second_factor_present")


def test_a_code_is_good_once(identity: Identity) -> None:
    teller = identity.staff()
    code = identity.fresh_code(teller)
    assert identity.try_to_sign_in(teller, otp=code).status_code == 200
    again = identity.try_to_sign_in(teller, otp=code)
    assert (again.status_code, again.json()["code"]) == (401, "otp_invalid")


def test_codes_cannot_be_guessed_by_asking_in_between_without_one(identity: Identity) -> None:
    teller = identity.staff()
    codes = []
    for n in range(6):
        identity.try_to_sign_in(teller)  # right password, no code: undoes no failure but its own
        codes.append(identity.try_to_sign_in(teller, otp=f"{n:06}").json()["code"])
    assert codes == ["otp_invalid"] * 5 + ["locked"]


def test_recovery_codes_are_good_once(identity: Identity) -> None:
    alice = identity.customer()
    codes = set_up_authenticator(identity, alice, identity.sign_in(alice)["access_token"])
    assert identity.try_to_sign_in(alice, otp=codes[0].upper()).status_code == 200
    assert identity.try_to_sign_in(alice, otp=codes[0]).json()["code"] == "otp_invalid"
    token = identity.sign_in(alice, otp=codes[1])["access_token"]
    assert identity.get("/v1/me/factors", token=token).json()["recovery_codes_left"] == 8
    renewed = identity.post("/v1/me/recovery-codes", {"password": PASSWORD}, token=token)
    assert renewed.status_code == 201
    assert identity.try_to_sign_in(alice, otp=codes[2]).json()["code"] == "otp_invalid"
    assert identity.try_to_sign_in(alice, otp=renewed.json()["recovery_codes"][0]).status_code == 200


def test_secrets_are_encrypted_at_rest(identity: Identity) -> None:
    alice = identity.customer()
    codes = set_up_authenticator(identity, alice, identity.sign_in(alice)["access_token"])
    kept = str(identity.database.execute("SELECT * FROM authenticator").fetchall())
    kept += str(identity.database.execute("SELECT * FROM recovery_code").fetchall())
    assert alice.totp_secret not in kept
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)


def test_staff_without_a_second_factor_can_do_nothing_but_set_one_up(identity: Identity) -> None:
    teller = identity.staff(authenticator=False)
    tokens = identity.sign_in(teller)
    token = tokens["access_token"]
    assert claims(token)["acr"] == "pwd"
    refused = identity.post("/v1/me/recovery-codes", {"password": PASSWORD}, token=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    set_up_authenticator(identity, teller, token)
    refreshed = identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]}).json()
    assert claims(refreshed["access_token"])["acr"] == "mfa"


def test_customers_may_give_their_authenticator_up_and_staff_may_not(identity: Identity) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["access_token"]
    set_up_authenticator(identity, alice, token)
    wrong = identity.post(
        "/v1/me/authenticator/remove", {"password": PASSWORD, "code": "000000"}, token=token
    )
    assert wrong.json()["code"] == "otp_invalid"
    body = {"password": PASSWORD, "code": identity.fresh_code(alice)}
    assert identity.post("/v1/me/authenticator/remove", body, token=token).status_code == 204
    assert identity.try_to_sign_in(alice).status_code == 200
    teller = identity.staff()
    body = {"password": PASSWORD, "code": "000000"}
    answer = identity.post(
        "/v1/me/authenticator/remove", body, token=identity.sign_in(teller)["access_token"]
    )
    assert answer.json()["code"] == "second_factor_mandatory"
