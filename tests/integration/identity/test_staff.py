"""Managing people: standing, roles, invitations, and what takes two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.identity.conftest import PASSWORD
from tests.integration.identity.test_letters import newest_letter, token_in
from tests.integration.identity.test_revocation import account, wait_until_refused
from tests.integration.identity.test_sessions import claims

if TYPE_CHECKING:
    import httpx

    from arhan.kernel.auth import KeySource
    from tests.integration.identity.conftest import Identity

__all__ = ["account"]

BECAUSE = {"reason": "for a test"}


@pytest.fixture(scope="module")
def tokens(identity: Identity) -> dict[str, str]:
    """An access token for one member of staff per role."""
    roles = ("teller", "support", "risk", "auditor", "admin")
    return {role: identity.sign_in(identity.staff(role))["access_token"] for role in roles}


def decide(identity: Identity, proposal: httpx.Response, token: str, how: str = "approve") -> httpx.Response:
    assert proposal.status_code == 202, proposal.text
    return identity.post(f"/v1/proposals/{proposal.json()['id']}/{how}", {"reason": "seen"}, token=token)


def test_disabling_somebody_holds_everywhere_within_a_second(
    identity: Identity, account: KeySource, tokens: dict[str, str]
) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["access_token"]
    assert account.verify(token).subject == alice.id
    answer = identity.post(f"/v1/people/{alice.id}/disable", BECAUSE, token=tokens["support"])
    assert (answer.status_code, answer.json()["enabled"]) == (200, False)
    wait_until_refused(account, token)
    assert identity.try_to_sign_in(alice).status_code == 401
    again = identity.post(f"/v1/people/{alice.id}/disable", BECAUSE, token=tokens["support"])
    assert (again.status_code, again.json()["code"]) == (409, "already_so")
    assert identity.post(f"/v1/people/{alice.id}/enable", BECAUSE, token=tokens["support"]).status_code == 200
    assert identity.try_to_sign_in(alice).status_code == 200
    said = identity.database.execute(
        "SELECT data::jsonb->>'enabled' FROM outbox WHERE type = 'identity.person.changed' AND subject = %s"
        " ORDER BY id",
        [alice.id],
    ).fetchall()
    assert said == [("false",), ("true",)]


def test_staff_are_disabled_only_by_who_manages_staff(identity: Identity, tokens: dict[str, str]) -> None:
    teller = identity.staff()
    refused = identity.post(f"/v1/people/{teller.id}/disable", BECAUSE, token=tokens["support"])
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    allowed = identity.post(f"/v1/people/{teller.id}/disable", BECAUSE, token=tokens["admin"])
    assert allowed.status_code == 200
    me = claims(tokens["admin"])["sub"]
    myself = identity.post(f"/v1/people/{me}/disable", BECAUSE, token=tokens["admin"])
    assert myself.json()["code"] == "not_yourself"


def test_the_last_admin_stays(identity: Identity) -> None:
    admins = identity.database.execute("SELECT id FROM person WHERE role = 'admin' AND enabled").fetchall()
    one, other = identity.staff("admin"), identity.staff("admin")
    token = identity.sign_in(one)["access_token"]
    with_others_away = [row[0] for row in admins]
    identity.database.execute("UPDATE person SET enabled = false WHERE id = ANY(%s)", [with_others_away])
    try:
        assert identity.post(f"/v1/people/{other.id}/disable", BECAUSE, token=token).status_code == 200
        proposal = identity.post(
            f"/v1/people/{one.id}/role", {"role": "teller", "reason": "for a test"}, token=token
        )
        risk = identity.sign_in(identity.staff("risk"))["access_token"]
        assert decide(identity, proposal, risk).json()["code"] == "last_admin"
    finally:
        identity.database.execute("UPDATE person SET enabled = true WHERE id = ANY(%s)", [with_others_away])


def test_a_role_changes_by_two_people_and_never_by_one(
    identity: Identity, account: KeySource, tokens: dict[str, str]
) -> None:
    teller = identity.staff()
    held = identity.sign_in(teller)["access_token"]
    assert account.verify(held).role == "teller"
    change = {"role": "support", "reason": "moves to the service desk"}
    proposal = identity.post(f"/v1/people/{teller.id}/role", change, token=tokens["admin"])
    waiting = identity.get("/v1/proposals", token=tokens["risk"]).json()["items"][0]
    assert waiting["body"] == {"person": teller.id, "role": "support", "from": "teller"}
    assert waiting["proposed_by"] == claims(tokens["admin"])["sub"]
    assert waiting["age_s"] >= 0
    alone = decide(identity, proposal, tokens["admin"])
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    wrong_role = decide(identity, proposal, tokens["support"])
    assert (wrong_role.status_code, wrong_role.json()["code"]) == (403, "not_permitted")
    done = decide(identity, proposal, tokens["risk"]).json()
    assert (done["status"], done["result"]) == ("approved", {"person": teller.id, "role": "support"})
    wait_until_refused(account, held)
    assert claims(identity.sign_in(teller)["access_token"])["role"] == "support"
    again = decide(identity, proposal, tokens["risk"])
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


@pytest.mark.parametrize("how", ["reject", "withdraw"])
def test_what_is_rejected_or_withdrawn_does_not_happen(
    identity: Identity, tokens: dict[str, str], how: str
) -> None:
    teller = identity.staff()
    change = {"role": "risk", "reason": "for a test"}
    proposal = identity.post(f"/v1/people/{teller.id}/role", change, token=tokens["admin"])
    by = tokens["risk" if how == "reject" else "admin"]
    assert decide(identity, proposal, by, how).status_code == 200
    assert decide(identity, proposal, tokens["risk"]).json()["code"] == "already_decided"
    assert claims(identity.sign_in(teller)["access_token"])["role"] == "teller"


def test_a_proposal_lapses(identity: Identity, tokens: dict[str, str]) -> None:
    change = {"role": "risk", "reason": "for a test"}
    proposal = identity.post(f"/v1/people/{identity.staff().id}/role", change, token=tokens["admin"])
    identity.database.execute("UPDATE proposal SET lapses_at = now() WHERE id = %s", [proposal.json()["id"]])
    assert decide(identity, proposal, tokens["risk"]).json()["code"] == "proposal_lapsed"


def test_the_database_refuses_that_one_person_is_both(identity: Identity, tokens: dict[str, str]) -> None:
    change = {"role": "risk", "reason": "for a test"}
    proposal = identity.post(f"/v1/people/{identity.staff().id}/role", change, token=tokens["admin"])
    with pytest.raises(Exception, match="proposal_takes_two"):
        identity.database.execute(
            "UPDATE proposal SET decided_by = proposed_by WHERE id = %s", [proposal.json()["id"]]
        )


@pytest.mark.parametrize("role", ["customer", "service", "king"])
def test_nobody_is_given_a_role_that_is_not_a_staff_role(
    identity: Identity, tokens: dict[str, str], role: str
) -> None:
    body = {"role": role, "reason": "for a test"}
    answer = identity.post(f"/v1/people/{identity.staff().id}/role", body, token=tokens["admin"])
    assert answer.status_code == 400


def test_a_customer_does_not_become_staff(identity: Identity, tokens: dict[str, str]) -> None:
    body = {"role": "admin", "reason": "for a test"}
    answer = identity.post(f"/v1/people/{identity.customer().id}/role", body, token=tokens["admin"])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_staff")


def invitation_body(email: str, role: str = "teller") -> dict[str, Any]:
    return {"email": email, "role": role, "reason": "we grow"}


def acceptance(token: str, email: str, username: str) -> dict[str, Any]:
    return {
        "token": token,
        "username": username,
        "email": email,
        "password": PASSWORD,
        "first_name": "Ngozi",
        "last_name": "Eze",
        "phone": "+2348031234567",
    }


def test_staff_come_by_invitation_of_an_admin(identity: Identity, tokens: dict[str, str]) -> None:
    email = "ngozi@bank.example"
    invited = identity.post("/v1/staff-invitations", invitation_body(email), token=tokens["admin"])
    assert invited.status_code == 201
    token = token_in(newest_letter(identity, email, "You are invited to work at Arhan"))
    elsewhere = acceptance(token, "mallory@elsewhere.example", "ngozi.eze")
    assert identity.post("/v1/invitation-acceptances", elsewhere).json()["code"] == "link_invalid"
    sneaky = acceptance(token, email, "ngozi.eze") | {"role": "admin"}
    assert identity.post("/v1/invitation-acceptances", sneaky).status_code == 400
    accepted = identity.post("/v1/invitation-acceptances", acceptance(token, email, "ngozi.eze"))
    assert (accepted.status_code, accepted.json()["role"]) == (201, "teller")
    again = identity.post("/v1/invitation-acceptances", acceptance(token, email, "ngozi.two"))
    assert again.json()["code"] == "link_invalid"
    signed_in = identity.post("/v1/tokens", {"username": "ngozi.eze", "password": PASSWORD}).json()
    assert claims(signed_in["access_token"])["acr"] == "pwd", "a second factor is still to be set up"


def test_a_withdrawn_invitation_leads_nowhere(identity: Identity, tokens: dict[str, str]) -> None:
    email = "withdrawn@bank.example"
    invited = identity.post("/v1/staff-invitations", invitation_body(email), token=tokens["admin"]).json()
    token = token_in(newest_letter(identity, email, "You are invited to work at Arhan"))
    path = f"/v1/staff-invitations/{invited['id']}"
    assert identity.delete(path, token=tokens["admin"]).status_code == 204
    assert identity.delete(path, token=tokens["admin"]).status_code == 404
    answer = identity.post("/v1/invitation-acceptances", acceptance(token, email, "with.drawn"))
    assert answer.json()["code"] == "link_invalid"


def test_an_admin_alone_does_not_make_another(identity: Identity, tokens: dict[str, str]) -> None:
    email = "second.admin@bank.example"
    proposal = identity.post("/v1/staff-invitations", invitation_body(email, "admin"), token=tokens["admin"])
    assert newest_letter(identity, email, "You are invited to work at Arhan") == ""
    assert decide(identity, proposal, tokens["risk"]).status_code == 200
    assert "as admin" in newest_letter(identity, email, "You are invited to work at Arhan")


@pytest.mark.parametrize("role", ["teller", "support", "risk", "auditor"])
def test_only_an_admin_invites(identity: Identity, tokens: dict[str, str], role: str) -> None:
    body = invitation_body(f"by.{role}@bank.example")
    assert identity.post("/v1/staff-invitations", body, token=tokens[role]).status_code == 403


def test_what_a_role_permits_is_data_changed_by_two(identity: Identity, tokens: dict[str, str]) -> None:
    auditor = identity.staff("auditor")
    token = identity.sign_in(auditor)["access_token"]
    alice = identity.customer()
    path = f"/v1/people/{alice.id}/sign-out"
    assert identity.post(path, BECAUSE, token=token).status_code == 403
    wish = {"permissions": ["people:read", "people:disable"], "reason": "for a test"}
    proposal = identity.http.put(
        "/v1/roles/auditor/permissions", json=wish, headers={"Authorization": f"Bearer {tokens['admin']}"}
    )
    assert decide(identity, proposal, tokens["risk"]).status_code == 200
    token = identity.sign_in(auditor)["access_token"]
    assert claims(token)["scope"] == "people:disable people:read"
    assert identity.post(path, BECAUSE, token=token).status_code == 200
    identity.database.execute(
        "DELETE FROM role_permission WHERE role = 'auditor' AND permission = 'people:disable'"
    )


def test_a_permission_nobody_knows_is_refused(identity: Identity, tokens: dict[str, str]) -> None:
    wish = {"permissions": ["everything"], "reason": "for a test"}
    answer = identity.http.put(
        "/v1/roles/auditor/permissions", json=wish, headers={"Authorization": f"Bearer {tokens['admin']}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "permission_unknown")


def test_who_lost_every_second_factor_gets_a_new_start_from_two_people(
    identity: Identity, tokens: dict[str, str]
) -> None:
    teller = identity.staff()
    proposal = identity.post(f"/v1/people/{teller.id}/second-factor-reset", BECAUSE, token=tokens["admin"])
    assert identity.try_to_sign_in(teller).json()["code"] == "otp_required"
    assert decide(identity, proposal, tokens["risk"]).status_code == 200
    answer = identity.try_to_sign_in(teller).json()
    assert claims(answer["access_token"])["acr"] == "pwd"


def test_staff_find_people_and_customers_do_not(identity: Identity, tokens: dict[str, str]) -> None:
    alice = identity.customer("zainab")
    found = identity.get(f"/v1/people?query={alice.username}", token=tokens["teller"]).json()["items"]
    assert [person["id"] for person in found] == [alice.id]
    assert "password_hash" not in found[0]
    customer = identity.sign_in(alice)["access_token"]
    assert identity.get("/v1/people", token=customer).status_code == 403
    assert identity.get(f"/v1/people/{alice.id}", token=customer).status_code == 403
