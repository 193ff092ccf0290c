"""Step-up: confirmed once, for one act, by one person in one session; checked offline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel import http, proofs, settings
from arhan.kernel.errors import Refused
from arhan.kernel.proofs import Act
from tests.integration.identity.authenticator import SoftKey
from tests.integration.identity.conftest import CLIENT_SECRETS
from tests.integration.identity.test_factors import set_up_authenticator
from tests.integration.identity.test_letters import newest_letter
from tests.integration.identity.test_passkeys import register

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from arhan.kernel.auth import KeySource
    from tests.integration.identity.conftest import Identity, Person

ACT = Act(action="transfer", amount=5_000_000, currency="NGN", payee="0123456789", reference="pay_1")
WISH = {
    "audience": "payment",
    "action": "transfer",
    "amount": 5_000_000,
    "currency": "NGN",
    "payee": "0123456789",
    "reference": "pay_1",
}
CACHED = (settings.load, http.service_tokens, http.token_verifier, http.key_source)


@pytest.fixture
def payment(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeySource]:
    """A process of the payment service, which checks proofs."""
    told = {
        "DATABASE_URL": "postgresql://nobody@/nowhere",
        "SECRET_KEY": "payment's",
        "ARHAN_CLIENT_SECRET": CLIENT_SECRETS["payment"],
        "IDENTITY_SERVICE_URL": identity.url,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    for function in CACHED:
        function.cache_clear()
    yield http.key_source("payment")
    for function in CACHED:
        function.cache_clear()


def begin(identity: Identity, token: str, **changes: Any) -> dict[str, Any]:
    answer = identity.post("/v1/challenges", WISH | changes, token=token)
    assert answer.status_code == 201, answer.text
    challenge: dict[str, Any] = answer.json()
    return challenge


def confirm(identity: Identity, challenge: dict[str, Any], token: str, **how: Any) -> httpx.Response:
    return identity.post(f"/v1/challenges/{challenge['id']}/answer", how, token=token)


def with_authenticator(identity: Identity) -> tuple[Person, str]:
    alice = identity.customer()
    tokens = identity.sign_in(alice)
    set_up_authenticator(identity, alice, tokens["access_token"])
    refreshed = identity.post("/v1/tokens/refresh", {"refresh_token": tokens["refresh_token"]})
    token: str = refreshed.json()["access_token"]
    return alice, token


def test_a_proof_holds_for_this_act_by_this_person_in_this_session(
    identity: Identity, payment: KeySource
) -> None:
    alice, token = with_authenticator(identity)
    challenge = begin(identity, token)
    assert challenge["methods"] == ["otp"]
    proof = confirm(identity, challenge, token, code=identity.fresh_code(alice)).json()["proof"]
    principal = payment.verify(token)
    assert proofs.verify("payment", proof, principal=principal, act=ACT) == challenge["id"]
    others = [
        replace(ACT, amount=5_000_001),
        replace(ACT, currency="USD"),
        replace(ACT, payee="0123456780"),
        replace(ACT, reference="pay_2"),
        replace(ACT, action="card_payment"),
    ]
    elsewhere = payment.verify(identity.sign_in(alice)["access_token"])
    somebody = payment.verify(identity.sign_in(identity.customer())["access_token"])
    for act, who in [*((act, principal) for act in others), (ACT, elsewhere), (ACT, somebody)]:
        with pytest.raises(Refused, match="proof_invalid"):
            proofs.verify("payment", proof, principal=who, act=act)


def test_a_proof_is_not_an_access_token_and_an_access_token_is_no_proof(
    identity: Identity, payment: KeySource
) -> None:
    alice, token = with_authenticator(identity)
    challenge = begin(identity, token)
    proof = confirm(identity, challenge, token, code=identity.fresh_code(alice)).json()["proof"]
    assert identity.get("/v1/me", token=proof).status_code == 401
    with pytest.raises(Refused, match="proof_invalid"):
        proofs.verify("payment", token, principal=payment.verify(token), act=ACT)


def test_a_proof_for_another_service_is_worth_nothing(identity: Identity, payment: KeySource) -> None:
    alice, token = with_authenticator(identity)
    challenge = begin(identity, token, audience="account")
    proof = confirm(identity, challenge, token, code=identity.fresh_code(alice)).json()["proof"]
    with pytest.raises(Refused, match="proof_invalid"):
        proofs.verify("payment", proof, principal=payment.verify(token), act=ACT)


def test_the_fifth_wrong_answer_ends_it_and_another_challenge_does_not_help(identity: Identity) -> None:
    _, token = with_authenticator(identity)
    challenge = begin(identity, token)
    codes = [confirm(identity, challenge, token, code="000000").json()["code"] for _ in range(6)]
    assert codes == ["otp_invalid"] * 5 + ["challenge_blocked"]
    assert confirm(identity, begin(identity, token), token, code="000000").json()["code"] == "locked"


def test_after_five_minutes_it_is_over(identity: Identity) -> None:
    alice, token = with_authenticator(identity)
    challenge = begin(identity, token)
    identity.database.execute("UPDATE challenge SET expires_at = now() WHERE id = %s", [challenge["id"]])
    answer = confirm(identity, challenge, token, code=identity.fresh_code(alice))
    assert (answer.status_code, answer.json()["code"]) == (409, "challenge_lapsed")


def test_it_is_answered_once(identity: Identity) -> None:
    alice, token = with_authenticator(identity)
    challenge = begin(identity, token)
    assert confirm(identity, challenge, token, code=identity.fresh_code(alice)).status_code == 200
    again = confirm(identity, challenge, token, code=identity.fresh_code(alice))
    assert again.json()["code"] == "challenge_answered"


def test_another_session_and_another_person_cannot_answer(identity: Identity) -> None:
    alice, token = with_authenticator(identity)
    challenge = begin(identity, token)
    elsewhere = identity.sign_in(alice)["access_token"]
    mallory = identity.sign_in(identity.customer("mallory"))["access_token"]
    for other in (elsewhere, mallory):
        answer = confirm(identity, challenge, other, code=identity.fresh_code(alice))
        assert answer.status_code == 404
        assert identity.get(f"/v1/challenges/{challenge['id']}", token=other).status_code == 404


def test_who_has_no_second_factor_gets_a_text_that_says_what_it_confirms(
    identity: Identity, payment: KeySource
) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["access_token"]
    unknown_phone = begin(identity, token)
    assert unknown_phone["methods"] == []
    refused = identity.post(f"/v1/challenges/{unknown_phone['id']}/text", token=token)
    assert (refused.status_code, refused.json()["code"]) == (409, "method_unavailable")
    identity.database.execute("UPDATE person SET phone_verified_at = now() WHERE id = %s", [alice.id])
    challenge = begin(identity, token)
    assert challenge["methods"] == ["text"]
    assert identity.post(f"/v1/challenges/{challenge['id']}/text", token=token).status_code == 202
    text = newest_letter(identity, "+2348031234567", "")
    assert "confirms: transfer of NGN 50,000.00 to 0123456789." in text
    other = begin(identity, token, amount=1)
    assert confirm(identity, other, token, code=text[:6]).json()["code"] == "link_invalid"
    proof = confirm(identity, challenge, token, code=text[:6]).json()["proof"]
    assert proofs.verify("payment", proof, principal=payment.verify(token), act=ACT)


def test_who_has_a_second_factor_gets_no_text(identity: Identity) -> None:
    _, token = with_authenticator(identity)
    challenge = begin(identity, token)
    answer = identity.post(f"/v1/challenges/{challenge['id']}/text", token=token)
    assert (answer.status_code, answer.json()["code"]) == (409, "method_unavailable")


def test_a_passkey_confirms(identity: Identity, payment: KeySource) -> None:
    alice, key = identity.customer(), SoftKey()
    token = identity.sign_in(alice)["access_token"]
    register(identity, key, token)
    challenge, other = begin(identity, token), begin(identity, token, amount=1)
    assert challenge["methods"] == ["passkey"]
    path = f"/v1/challenges/{challenge['id']}/passkey-options"
    signed = key.sign(identity.post(path, token=token).json()["options"])
    assert confirm(identity, other, token, credential=signed).json()["code"] == "passkey_invalid"
    signed = key.sign(identity.post(path, token=token).json()["options"])
    proof = confirm(identity, challenge, token, credential=signed).json()["proof"]
    assert proofs.verify("payment", proof, principal=payment.verify(token), act=ACT)


def test_a_service_asks_for_somebody_in_a_session(identity: Identity, payment: KeySource) -> None:
    alice, token = with_authenticator(identity)
    wish = {name: value for name, value in WISH.items() if name != "audience"}
    wish["session"] = payment.verify(token).session
    asked = identity.post("/internal/v1/challenges", wish, token=identity.service_token("payment"))
    assert (asked.status_code, asked.json()["audience"]) == (201, "payment")
    proof = confirm(identity, asked.json(), token, code=identity.fresh_code(alice)).json()["proof"]
    assert proofs.verify("payment", proof, principal=payment.verify(token), act=ACT)
    stranger = identity.post("/internal/v1/challenges", wish, token=identity.service_token("ledger"))
    assert stranger.status_code == 403


@pytest.mark.parametrize(
    ("member", "value"),
    [("amount", -1), ("amount", 10**16), ("currency", "XXX"), ("action", "Do It"), ("audience", "fraud")],
)
def test_an_act_that_cannot_be_is_refused(identity: Identity, member: str, value: object) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    assert identity.post("/v1/challenges", WISH | {member: value}, token=token).status_code == 400
