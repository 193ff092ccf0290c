"""The rule book over HTTP: drafts, promotion by a second person, and the screening after it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel.money import MINOR_DIGITS
from tests.fraud_payments import as_json, payment, somebody

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from tests.integration.fraud.conftest import Fraud

ODD_AMOUNT = 4_711


def draft(rule: str, *, amount: int = ODD_AMOUNT, outcome: str = "decline", **changes: Any) -> dict[str, Any]:
    """A rule that declines what no other test pays: above the amount given, everything."""
    return {
        "rule": rule,
        "outcome": outcome,
        "check": {"type": "amount_limit", "amounts": dict.fromkeys(MINOR_DIGITS, amount)},
        "message": "This payment cannot be made.",
        "explanation": "Only a test writes such a rule.",
    } | changes


@pytest.fixture
def rule(database: psycopg.Connection[Any]) -> Iterator[str]:
    """The name of a rule that ends with the test, so that it concerns no other test's payments."""
    name = f"rule_{uuid.uuid4().hex[:12]}"
    yield name
    database.execute(
        "UPDATE rule_version SET state = 'retired' WHERE rule = %s AND state IN ('shadow', 'active')", (name,)
    )
    database.execute(
        "INSERT INTO rule_change (rule_version_id, state, person, changed_at)"
        " SELECT id, 'retired', 'the tests', now() FROM rule_version WHERE rule = %s",
        (name,),
    )


def written(fraud: Fraud, rule: str, **changes: Any) -> str:
    answer = fraud.post("/v1/rules", draft(rule, **changes), fraud.risk("usr_author"))
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def promoted(fraud: Fraud, id_: str, *steps: str) -> dict[str, Any]:
    answer = {}
    for to in steps or ("shadow", "active"):
        response = fraud.post(f"/v1/rules/{id_}/promote", {"to": to}, fraud.risk("usr_other"))
        assert response.status_code == 200, response.text
        answer = response.json()
    return answer


def outcome(fraud: Fraud, amount: int = ODD_AMOUNT + 1) -> str:
    (decision,) = fraud.decide(as_json(payment(somebody("ada"), amount=amount))).json()["decisions"]
    found: str = decision["outcome"]
    return found


def test_the_bank_starts_with_a_rule_book(fraud: Fraud) -> None:
    answer = fraud.http.get("/v1/rules?state=active&limit=200", headers=fraud.risk())
    assert answer.status_code == 200
    by_name = {item["rule"]: item for item in answer.json()["items"]}
    assert by_name["amount_limit"]["check"]["amounts"]["NGN"] == 1_000_000_000
    assert by_name["amount_limit"]["outcome"] == "decline"
    assert by_name["amount_limit"]["promoted_by"] == "release"
    assert answer.json()["next"] is None


def test_lists_are_read_page_by_page(fraud: Fraud) -> None:
    seen: list[str] = []
    after = ""
    while True:
        answer = fraud.http.get(f"/v1/rules?limit=5&after={after}", headers=fraud.staff("auditor")).json()
        seen += [item["id"] for item in answer["items"]]
        if not (after := answer["next"]):
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) >= 14


def test_a_draft_has_no_effect(fraud: Fraud, rule: str) -> None:
    id_ = written(fraud, rule)
    version = fraud.http.get(f"/v1/rules/{id_}", headers=fraud.risk()).json()
    assert (version["state"], version["version"], version["created_by"]) == ("draft", 1, "usr_author")
    assert outcome(fraud) == "allow"


def test_shadow_watches_and_active_decides_at_once(
    fraud: Fraud, rule: str, database: psycopg.Connection[Any]
) -> None:
    id_ = written(fraud, rule)
    promoted(fraud, id_, "shadow")
    watched = payment(somebody("ada"), amount=ODD_AMOUNT + 1)
    assert fraud.decide(as_json(watched)).json()["decisions"][0]["outcome"] == "allow"
    row = database.execute(
        "SELECT watched -> 0 ->> 'rule' FROM decision WHERE payment = %s", (watched.payment,)
    ).fetchone()
    assert row == (rule,)

    assert promoted(fraud, id_, "active")["state"] == "active"
    assert (outcome(fraud, ODD_AMOUNT), outcome(fraud, ODD_AMOUNT + 1)) == ("allow", "decline")


def test_a_new_version_retires_the_one_it_replaces(fraud: Fraud, rule: str) -> None:
    first = written(fraud, rule)
    promoted(fraud, first)
    second = written(fraud, rule, amount=ODD_AMOUNT + 10)
    assert promoted(fraud, second)["version"] == 2
    assert fraud.http.get(f"/v1/rules/{first}", headers=fraud.risk()).json()["state"] == "retired"
    assert (outcome(fraud, ODD_AMOUNT + 10), outcome(fraud, ODD_AMOUNT + 11)) == ("allow", "decline")


def test_a_rule_is_switched_off_by_a_version_that_allows(fraud: Fraud, rule: str) -> None:
    promoted(fraud, written(fraud, rule))
    assert outcome(fraud) == "decline"
    promoted(fraud, written(fraud, rule, outcome="allow"))
    assert outcome(fraud) == "allow"


def test_nobody_promotes_what_they_wrote(fraud: Fraud, rule: str) -> None:
    id_ = written(fraud, rule)
    answer = fraud.post(f"/v1/rules/{id_}/promote", {"to": "shadow"}, fraud.risk("usr_author"))
    assert (answer.status_code, answer.json()["code"]) == (403, "second_person_needed")


def test_no_step_is_skipped(fraud: Fraud, rule: str) -> None:
    id_ = written(fraud, rule)
    answer = fraud.post(f"/v1/rules/{id_}/promote", {"to": "active"}, fraud.risk("usr_other"))
    assert (answer.status_code, answer.json()["code"]) == (409, "rule_state_conflict")


def test_the_same_promotion_again_changes_nothing(fraud: Fraud, rule: str) -> None:
    id_ = written(fraud, rule)
    assert promoted(fraud, id_, "shadow") == promoted(fraud, id_, "shadow")


def test_one_intention_writes_one_version(fraud: Fraud, rule: str) -> None:
    first = fraud.post("/v1/rules", draft(rule), fraud.risk(), key=f"key-{rule}")
    again = fraud.post("/v1/rules", draft(rule), fraud.risk(), key=f"key-{rule}")
    other = fraud.post("/v1/rules", draft(rule, amount=1), fraud.risk(), key=f"key-{rule}")
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    bare = fraud.http.post("/v1/rules", json=draft(rule), headers=fraud.risk())
    assert (bare.status_code, bare.json()["code"]) == (400, "idempotency_key_missing")


def test_a_rule_needs_an_amount_for_every_currency(fraud: Fraud, rule: str) -> None:
    incomplete = draft(rule, check={"type": "amount_limit", "amounts": {"NGN": 1}})
    answer = fraud.post("/v1/rules", incomplete, fraud.risk())
    assert (answer.status_code, answer.json()["code"]) == (422, "thresholds_incomplete")
    assert answer.json()["errors"][0]["pointer"] == "/check/amounts"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rule": "Not A Name"}, "/rule"),
        ({"outcome": "perhaps"}, "/outcome"),
        ({"check": {"type": "unheard_of"}}, "/check/type"),
        ({"check": {"type": "many_payees", "count": 128}}, "/check/count"),
        ({"check": {"type": "velocity_count", "window": "2h", "count": 1}}, "/check/window"),
        ({"message": ""}, "/message"),
        ({"created_by": "usr_somebody_else"}, ""),
    ],
)
def test_what_is_wrong_is_named(fraud: Fraud, change: dict[str, Any], pointer: str) -> None:
    answer = fraud.post("/v1/rules", draft("a_rule") | change, fraud.risk())
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert answer.json()["errors"][0]["pointer"] == pointer


def waiting(fraud: Fraud, id_: str) -> dict[str, Any]:
    """The proposal that waits for a version of a rule."""
    page = fraud.http.get("/v1/proposals?limit=200", headers=fraud.risk("usr_other")).json()
    (found,) = [proposal for proposal in page["items"] if proposal["subject"] == id_]
    return dict(found)


def test_a_draft_waits_in_the_queue_and_comes_into_force_by_two_approvals(fraud: Fraud, rule: str) -> None:
    id_ = written(fraud, rule)
    for to in ("shadow", "active"):
        proposal = waiting(fraud, id_)
        assert (proposal["body"]["to"], proposal["proposed_by"]) == (to, "usr_author")
        assert proposal["age_s"] >= 0
        path = f"/v1/proposals/{proposal['id']}/approve"
        own = fraud.post(path, {}, fraud.risk("usr_author"))
        assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
        assert fraud.post(path, {}, fraud.staff("teller")).status_code == 403
        approved = fraud.post(path, {"reason": "looks right"}, fraud.risk("usr_other")).json()
        assert (approved["status"], approved["result"]["state"]) == ("approved", to)
        again = fraud.post(path, {}, fraud.risk("usr_third"))
        assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    version = fraud.http.get(f"/v1/rules/{id_}", headers=fraud.risk()).json()
    assert (version["state"], version["promoted_by"]) == ("active", "usr_other")


def test_of_many_who_approve_at_once_one_does(fraud: Fraud, rule: str) -> None:
    path = f"/v1/proposals/{waiting(fraud, written(fraud, rule))['id']}/approve"
    people = [fraud.risk(f"usr_{n}") for n in range(6)]
    with ThreadPoolExecutor(6) as at_once:
        answers = list(at_once.map(lambda who: fraud.post(path, {}, who).status_code, people))
    assert sorted(answers) == [200, 409, 409, 409, 409, 409]


def test_what_is_rejected_or_withdrawn_stays_a_draft(fraud: Fraud, rule: str) -> None:
    id_ = written(fraud, rule)
    proposal = waiting(fraud, id_)["id"]
    rejected = fraud.post(
        f"/v1/proposals/{proposal}/reject", {"reason": "too strict"}, fraud.risk("usr_other")
    )
    assert rejected.json()["status"] == "rejected"
    assert fraud.http.get(f"/v1/rules/{id_}", headers=fraud.risk()).json()["state"] == "draft"
    other = waiting(fraud, written(fraud, rule))["id"]
    assert fraud.post(f"/v1/proposals/{other}/withdraw", None, fraud.risk("usr_other")).status_code == 404
    withdrawn = fraud.post(f"/v1/proposals/{other}/withdraw", None, fraud.risk("usr_author"))
    assert withdrawn.json()["status"] == "withdrawn"
