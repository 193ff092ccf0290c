"""Knowing the customer: told, shown, confirmed, reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.identity.conftest import new_address
from tests.integration.identity.test_letters import newest_letter, token_in
from tests.integration.identity.test_sessions import claims
from tests.unit.kernel.test_documents import jpeg, pdf, png

if TYPE_CHECKING:
    import httpx

    from tests.integration.identity.conftest import Identity, Person

PROFILE = {
    "date_of_birth": "1990-05-17",
    "line": "12 Broad Street",
    "city": "Lagos",
    "state": "Lagos",
    "country": "NG",
}
numbers = iter(range(22_100_000_011, 22_199_999_999, 10))


@pytest.fixture(scope="module")
def reviewer(identity: Identity) -> str:
    token: str = identity.sign_in(identity.staff("support"))["access_token"]
    return token


def put(identity: Identity, path: str, body: object, token: str) -> httpx.Response:
    return identity.http.put(path, json=body, headers={"Authorization": f"Bearer {token}"})


def upload(
    identity: Identity, token: str, kind: str, content: bytes, media_type: str = "image/png"
) -> httpx.Response:
    return identity.http.post(
        f"/v1/me/kyc/documents?kind={kind}",
        content=content,
        headers={"Authorization": f"Bearer {token}", "Content-Type": media_type},
    )


def verify_addresses(identity: Identity, person: Person, token: str) -> None:
    mail = token_in(newest_letter(identity, person.email, "Is this your email address?"))
    assert identity.post("/v1/email-verifications", {"token": mail}).status_code == 204
    identity.post("/v1/me/phone/verification", token=token)
    code = newest_letter(identity, "+2348031234567", "")[:6]
    confirmed = identity.post("/v1/me/phone/verification/confirm", {"code": code}, token=token)
    assert confirmed.status_code == 204


def known(identity: Identity) -> tuple[Person, str, str]:
    """A customer with verified addresses, a profile and a confirmed BVN: ready for tier 2."""
    person = identity.customer("zainab")
    token = identity.sign_in(person)["access_token"]
    verify_addresses(identity, person, token)
    assert put(identity, "/v1/me/kyc/profile", PROFILE, token).status_code == 200
    number = str(next(numbers))
    body = {"kind": "bvn", "number": number}
    assert identity.post("/v1/me/kyc/identity-numbers", body, token=token).status_code == 201
    return person, token, number


def apply(identity: Identity, token: str, tier: int) -> httpx.Response:
    return identity.post("/v1/me/kyc/applications", {"tier": tier}, token=token)


def test_tier_two_comes_at_once_when_the_registry_confirms(identity: Identity) -> None:
    person, token, number = known(identity)
    answer = apply(identity, token, 2)
    assert (answer.status_code, answer.json()["status"]) == (201, "approved")
    dossier = identity.get("/v1/me/kyc", token=token).json()
    assert dossier["tier"] == 2
    assert dossier["limits"]["daily_outflow"] == 20_000_000
    assert dossier["profile"] == PROFILE
    assert [(n["kind"], n["last_digits"]) for n in dossier["identity_numbers"]] == [("bvn", number[-4:])]
    assert claims(identity.sign_in(person)["access_token"])["tier"] == 2
    assert apply(identity, token, 2).json()["code"] == "tier_reached"


def test_what_is_missing_is_named(identity: Identity) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    answer = apply(identity, token, 3)
    assert (answer.status_code, answer.json()["code"]) == (409, "kyc_incomplete")
    assert answer.json()["missing"] == [
        "phone_verification",
        "profile",
        "identity_number",
        "email_verification",
        "identity_document",
        "address_document",
    ]


def test_tier_three_waits_for_a_person_who_looks(identity: Identity, reviewer: str) -> None:
    person, token, _ = known(identity)
    passport = upload(identity, token, "passport", png())
    upload(identity, token, "utility_bill", pdf(), "application/pdf")
    application = apply(identity, token, 3).json()
    assert application["status"] == "waiting"
    assert apply(identity, token, 3).json()["code"] == "already_applied"
    queue = identity.get("/v1/kyc/applications?limit=200", token=reviewer).json()["items"]
    assert application["id"] in [each["id"] for each in queue]
    path = f"/v1/kyc/applications/{application['id']}"
    seen = identity.get(path, token=reviewer).json()
    assert [document["kind"] for document in seen["documents"]] == ["utility_bill", "passport"]
    opened = identity.get(f"/v1/kyc/documents/{passport.json()['id']}", token=reviewer)
    assert opened.content == png()
    assert opened.headers["Content-Security-Policy"].startswith("sandbox")
    trace = identity.database.execute(
        "SELECT count(*) FROM audit_entry WHERE action = 'kyc.document_opened' AND subject = %s",
        [passport.json()["id"]],
    ).fetchone()
    assert trace == (1,)
    decided = identity.post(f"{path}/approve", {"reason": "passport and bill agree"}, token=reviewer)
    assert (decided.status_code, decided.json()["status"]) == (200, "approved")
    again = identity.post(f"{path}/reject", {"reason": "changed my mind"}, token=reviewer)
    assert again.json()["code"] == "application_decided"
    assert claims(identity.sign_in(person)["access_token"])["tier"] == 3


def test_who_is_rejected_may_apply_again(identity: Identity, reviewer: str) -> None:
    _, token, _ = known(identity)
    upload(identity, token, "passport", jpeg(), "image/jpeg")
    upload(identity, token, "tenancy_agreement", png())
    first = apply(identity, token, 3).json()
    body = {"reason": "the passport cannot be read"}
    identity.post(f"/v1/kyc/applications/{first['id']}/reject", body, token=reviewer)
    dossier = identity.get("/v1/me/kyc", token=token).json()
    assert (dossier["tier"], dossier["application"]["status"]) == (1, "rejected")
    assert dossier["application"]["reason"] == "the passport cannot be read"
    assert apply(identity, token, 3).status_code == 201


def test_everything_is_encrypted_at_rest(identity: Identity) -> None:
    _, token, number = known(identity)
    upload(identity, token, "passport", png())
    kept = str(
        [
            identity.database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            for table in ("kyc_profile", "kyc_identity_number", "kyc_document")
        ]
    )
    assert number not in kept
    assert "Broad Street" not in kept
    assert "IHDR" not in kept


@pytest.mark.parametrize(
    ("ending", "code"), [("9", "identity_number_mismatch"), ("0", "identity_number_unknown")]
)
def test_what_the_registry_does_not_confirm_is_not_kept(identity: Identity, ending: str, code: str) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    put(identity, "/v1/me/kyc/profile", PROFILE, token)
    body = {"kind": "nin", "number": f"1234567890{ending}"}
    answer = identity.post("/v1/me/kyc/identity-numbers", body, token=token)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert identity.get("/v1/me/kyc", token=token).json()["identity_numbers"] == []


def test_the_registry_is_no_oracle_for_guesses(identity: Identity) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    put(identity, "/v1/me/kyc/profile", PROFILE, token)
    codes = [
        identity.post(
            "/v1/me/kyc/identity-numbers", {"kind": "nin", "number": f"123456789{n}0"}, token=token
        ).status_code
        for n in range(6)
    ]
    assert codes == [422] * 5 + [429]


def test_a_number_belongs_to_one_person(identity: Identity) -> None:
    _, _, number = known(identity)
    token = identity.sign_in(identity.customer())["access_token"]
    put(identity, "/v1/me/kyc/profile", PROFILE, token)
    body = {"kind": "bvn", "number": number}
    answer = identity.post("/v1/me/kyc/identity-numbers", body, token=token)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity_number_taken")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"<svg onload=alert(1)>" * 10, "image/svg+xml", 422, "document_refused"),
        (b"<html><script>" * 10, "image/png", 422, "document_refused"),
        (png(), "application/pdf", 422, "document_refused"),
        (pdf(b"<< /OpenAction 2 0 R >>"), "application/pdf", 422, "document_refused"),
        (b"", "image/png", 422, "document_refused"),
        (b"\0" * (5 * 1024 * 1024 + 1), "image/png", 413, "payload_too_large"),
        (b"\0" * (17 * 1024 * 1024), "image/png", 413, "payload_too_large"),
    ],
)
def test_oversized_and_mistyped_documents_are_refused(
    identity: Identity, content: bytes, media_type: str, status: int, code: str
) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    answer = upload(identity, token, "passport", content, media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert identity.get("/v1/me/kyc", token=token).json()["documents"] == []


def test_children_are_no_customers(identity: Identity) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    answer = put(identity, "/v1/me/kyc/profile", PROFILE | {"date_of_birth": "2020-01-01"}, token)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_young")


@pytest.mark.parametrize("member", ["tier", "limits", "application"])
def test_nobody_writes_their_own_tier(identity: Identity, member: str) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    answer = put(identity, "/v1/me/kyc/profile", PROFILE | {member: 3}, token)
    assert answer.status_code == 400


@pytest.mark.parametrize("role", ["teller", "loan_officer", "auditor", "admin"])
def test_only_reviewers_see_documents_and_decide(identity: Identity, role: str) -> None:
    token = identity.sign_in(identity.staff(role))["access_token"]
    assert identity.get("/v1/kyc/applications", token=token).status_code == 403
    assert identity.get("/v1/kyc/documents/doc_x", token=token).status_code == 403


def test_a_customer_sees_no_other_s_documents(identity: Identity) -> None:
    _, owner, _ = known(identity)
    document: dict[str, Any] = upload(identity, owner, "passport", png()).json()
    other = identity.post(
        "/v1/tokens",
        {"username": identity.customer().username, "password": "a long and winding road"},
        x_forwarded_for=new_address(),
    ).json()["access_token"]
    assert identity.get(f"/v1/kyc/documents/{document['id']}", token=other).status_code == 403
