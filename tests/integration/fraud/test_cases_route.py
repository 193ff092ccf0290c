"""Cases over HTTP: found, read, released by two, declined by one, and heard of by payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fraud_payments import as_json, payment, somebody

if TYPE_CHECKING:
    import psycopg

    from arhan.contracts.fraud import Screening
    from tests.integration.fraud.conftest import Fraud


@pytest.fixture
def held(fraud: Fraud) -> Screening:
    """A payment that a person must look at."""
    asked = payment(somebody("ada"), naira=3_000_000, address="10.1.2.3")
    assert fraud.decide(as_json(asked)).json()["decisions"][0]["outcome"] == "review"
    return asked


def case_of(fraud: Fraud, held: Screening) -> dict[str, Any]:
    items = fraud.http.get("/v1/cases?limit=200", headers=fraud.risk()).json()["items"]
    (found,) = [item for item in items if item["payment"] == held.payment]
    return dict(found)


def resolve(fraud: Fraud, case: dict[str, Any], verdict: str, person: str, note: str = "") -> Any:
    body = {"verdict": verdict, "note": note}
    return fraud.post(f"/v1/cases/{case['id']}/resolve", body, fraud.risk(person))


def ask_again(fraud: Fraud, held: Screening) -> dict[str, Any]:
    return dict(fraud.decide(as_json(held)).json()["decisions"][0])


def told(database: psycopg.Connection[Any], held: Screening) -> list[Any]:
    """What payment will hear about it."""
    return database.execute(
        "SELECT type, data::json ->> 'verdict', data::json ->> 'resolved_by' FROM outbox WHERE data::json ->> 'payment' = %s",
        (held.payment,),
    ).fetchall()


def test_a_case_shows_who_pays_whom_how_much_and_why(fraud: Fraud, held: Screening) -> None:
    case = case_of(fraud, held)
    assert case["status"] == "open"
    assert (case["amount"], case["currency"]) == (300_000_000, "NGN")
    assert (case["payer_customer"], case["payee_account"]) == (held.payer_customer, held.payee_account)
    assert [reason["rule"] for reason in case["reasons"]] == ["new_payee_very_large", "new_payee_large"]


def test_a_case_file_holds_the_evidence(fraud: Fraud, held: Screening) -> None:
    file = fraud.http.get(f"/v1/cases/{case_of(fraud, held)['id']}", headers=fraud.staff("auditor")).json()
    assert file["evidence"]["windows"]["24h"]["count"] == 0
    assert file["context"]["address"] == "10.1.2.3"
    assert [words["rule"] for words in file["explanations"]] == ["new_payee_very_large", "new_payee_large"]
    assert "last 24 hours" in file["explanations"][0]["explanation"]
    assert file["payment_status"] == ""


def test_open_cases_are_a_queue(fraud: Fraud, held: Screening) -> None:
    waiting = fraud.http.get("/v1/cases?status=open&limit=200", headers=fraud.risk()).json()["items"]
    assert held.payment in {item["payment"] for item in waiting}
    resolve(fraud, case_of(fraud, held), "decline", "usr_one")
    waiting = fraud.http.get("/v1/cases?status=open&limit=200", headers=fraud.risk()).json()["items"]
    assert held.payment not in {item["payment"] for item in waiting}


def test_one_person_declines_and_payment_hears_of_it(
    fraud: Fraud, held: Screening, database: psycopg.Connection[Any]
) -> None:
    answer = resolve(fraud, case_of(fraud, held), "decline", "usr_one", note="Called the customer.")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "resolved"
    assert (answer.json()["verdict"], answer.json()["resolved_by"]) == ("decline", "usr_one")
    assert answer.json()["note"] == "Called the customer."
    assert told(database, held) == [("fraud.case.resolved", "decline", "usr_one")]
    again = ask_again(fraud, held)
    assert again["outcome"] == "decline"
    assert again["reasons"][0]["message"] == "We looked at this payment and decided not to make it."


def test_a_release_takes_two_people(fraud: Fraud, held: Screening, database: psycopg.Connection[Any]) -> None:
    case = case_of(fraud, held)
    proposed = resolve(fraud, case, "release", "usr_one", note="Invoice seen.")
    assert (proposed.status_code, proposed.json()["status"]) == (200, "release_proposed")
    assert told(database, held) == []
    assert ask_again(fraud, held)["outcome"] == "review"

    alone = resolve(fraud, case, "release", "usr_one")
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    assert told(database, held) == []

    confirmed = resolve(fraud, case, "release", "usr_two", note="Confirmed by phone.")
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "resolved")
    assert (confirmed.json()["proposed_by"], confirmed.json()["resolved_by"]) == ("usr_one", "usr_two")
    assert confirmed.json()["note"] == "Invoice seen.\nConfirmed by phone."
    assert told(database, held) == [("fraud.case.resolved", "release", "usr_two")]
    assert ask_again(fraud, held)["outcome"] == "allow"


def test_a_proposed_release_can_still_be_declined(fraud: Fraud, held: Screening) -> None:
    case = case_of(fraud, held)
    resolve(fraud, case, "release", "usr_one")
    assert resolve(fraud, case, "decline", "usr_one").json()["verdict"] == "decline"


def test_a_resolved_case_is_over(fraud: Fraud, held: Screening, database: psycopg.Connection[Any]) -> None:
    case = case_of(fraud, held)
    first = resolve(fraud, case, "decline", "usr_one")
    repeated = resolve(fraud, case, "decline", "usr_one")
    late = resolve(fraud, case, "release", "usr_two")
    assert repeated.json() == first.json()
    assert (late.status_code, late.json()["code"]) == (409, "case_resolved")
    assert len(told(database, held)) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"verdict": "maybe"}, "/verdict"),
        ({}, ""),
        ({"verdict": "release", "resolved_by": "usr_two"}, ""),
        ({"verdict": "release", "note": "x" * 2_001}, "/note"),
    ],
)
def test_what_is_wrong_is_named(fraud: Fraud, held: Screening, body: dict[str, str], pointer: str) -> None:
    answer = fraud.post(f"/v1/cases/{case_of(fraud, held)['id']}/resolve", body, fraud.risk())
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_what_is_not_there_is_not_found(fraud: Fraud) -> None:
    assert fraud.http.get("/v1/cases/cas_none", headers=fraud.risk()).status_code == 404
    answer = fraud.post("/v1/cases/cas_none/resolve", {"verdict": "decline"}, fraud.risk())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_feed_is_for_subscribers(
    fraud: Fraud, held: Screening, database: psycopg.Connection[Any]
) -> None:
    resolve(fraud, case_of(fraud, held), "decline", "usr_one")
    database.execute(
        "UPDATE outbox SET position = (SELECT coalesce(max(position), 0) FROM outbox) + n FROM"
        " (SELECT id, row_number() OVER (ORDER BY id) AS n FROM outbox WHERE position IS NULL) AS fresh"
        " WHERE outbox.id = fresh.id"
    )
    answer = fraud.http.get("/internal/v1/events?after=0", headers=fraud.service("fraud:feed"))
    assert answer.status_code == 200
    assert held.payment in {event["data"]["payment"] for event in answer.json()["events"]}
    refused = fraud.http.get("/internal/v1/events", headers=fraud.service("fraud:decide"))
    assert refused.status_code == 403


def test_a_customers_cases_are_found_by_payer_and_by_payee(fraud: Fraud, held: Screening) -> None:
    for customer in (held.payer_customer, held.payee_customer):
        found = fraud.http.get(f"/v1/cases?customer={customer}&limit=200", headers=fraud.risk())
        items = found.json()["items"]
        assert held.payment in {item["payment"] for item in items}
        assert all(customer in {item["payer_customer"], item["payee_customer"]} for item in items)
    assert fraud.http.get("/v1/cases?customer=usr_nobody", headers=fraud.risk()).json()["items"] == []


def test_what_was_stopped_is_listed_by_payer_and_outcome_and_what_was_allowed_is_not(
    fraud: Fraud, held: Screening
) -> None:
    payer = held.payer_customer
    small = payment(somebody("ada"), naira=100)
    assert fraud.decide(as_json(small)).json()["decisions"][0]["outcome"] == "allow"
    resolve(fraud, case_of(fraud, held), "decline", "usr_one")
    stopped = fraud.http.get(f"/v1/stopped-payments?customer={payer}", headers=fraud.risk()).json()["items"]
    assert [(item["payment"], item["outcome"], item["decided_by"]) for item in stopped] == [
        (held.payment, "decline", "usr_one"),
        (held.payment, "review", ""),
    ]
    assert [reason["rule"] for reason in stopped[1]["reasons"]][:1] == ["new_payee_very_large"]
    reviews = f"/v1/stopped-payments?customer={payer}&outcome=review"
    assert len(fraud.http.get(reviews, headers=fraud.staff("auditor")).json()["items"]) == 1
    everybody = fraud.http.get("/v1/stopped-payments?limit=200", headers=fraud.risk()).json()["items"]
    assert small.payment not in {item["payment"] for item in everybody}
    assert fraud.http.get("/v1/stopped-payments", headers=fraud.staff("teller")).status_code == 403


def test_what_was_stopped_comes_in_pages(fraud: Fraud, held: Screening) -> None:
    resolve(fraud, case_of(fraud, held), "decline", "usr_one")
    address = f"/v1/stopped-payments?customer={held.payer_customer}&limit=1"
    first = fraud.http.get(address, headers=fraud.risk()).json()
    second = fraud.http.get(f"{address}&after={first['next']}", headers=fraud.risk()).json()
    assert [page["items"][0]["outcome"] for page in (first, second)] == ["decline", "review"]
