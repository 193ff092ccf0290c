"""Screening in a whole bank: through the gateway, with payment asking and hearing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.bank import eventually
from tests.people import balance_of, join, mint_of

if TYPE_CHECKING:
    from tests.bank import Bank
    from tests.people import Customer
    from tests.tokens import Mint

pytestmark = pytest.mark.slow

MILLION = 100_000_000
"""Of naira, in kobo."""


@pytest.fixture(scope="module")
def mint(bank: Bank) -> Mint:
    return mint_of(bank)


def post(bank: Bank, path: str, body: object, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    return httpx.post(f"{bank.gateway}/api{path}", json=body, headers=headers, timeout=30)


def get(bank: Bank, path: str, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{bank.gateway}/api{path}", headers=headers, timeout=30).raise_for_status().json()


def rich(bank: Bank, mint: Mint, amount: int) -> tuple[Customer, Customer]:
    """Somebody with that much, paid in at the counter, and somebody to pay."""
    payer, payee = join(bank, count=2)
    body = {
        "account_number": payer.person.account,
        "amount": amount,
        "currency": "NGN",
        "narration": "Cash",
    }
    answer = post(bank, "/payment/v1/deposits", body, mint.person(role="teller"))
    assert answer.json()["status"] == "completed", answer.text
    return payer, payee


def held(bank: Bank, payer: Customer, payee: Customer) -> str:
    """A payment of NGN 2,500,000 that waits for a person."""
    answer = post(bank, "/payment/v1/transfers", payer.transfer(payee, 5 * MILLION // 2), payer.token)
    assert (answer.status_code, answer.json()["status"]) == (201, "review"), answer.text
    id_: str = answer.json()["id"]
    return id_


def case_of(bank: Bank, mint: Mint, payment: str) -> dict[str, Any]:
    cases = get(bank, "/fraud/v1/cases?status=open&limit=200", mint.person(role="risk"))["items"]
    (found,) = [case for case in cases if case["payment"] == payment]
    return dict(found)


def resolve(bank: Bank, case: dict[str, Any], verdict: str, token: str) -> httpx.Response:
    return post(bank, f"/fraud/v1/cases/{case['id']}/resolve", {"verdict": verdict}, token)


def status_of(bank: Bank, payment: str, customer: Customer) -> str:
    return str(get(bank, f"/payment/v1/payments/{payment}", customer.token)["status"])


def test_a_small_payment_goes_through_at_once(bank: Bank) -> None:
    payer, payee = join(bank, count=2)
    answer = post(bank, "/payment/v1/transfers", payer.transfer(payee, 10_000), payer.token)
    assert (answer.status_code, answer.json()["status"]) == (201, "completed"), answer.text


def test_two_people_release_what_was_held_and_the_money_moves_once(bank: Bank, mint: Mint) -> None:
    payer, payee = rich(bank, mint, 3 * MILLION)
    before = balance_of(bank, payee)
    payment = held(bank, payer, payee)
    case = case_of(bank, mint, payment)

    assert resolve(bank, case, "release", mint.person(role="risk", subject="usr_one")).status_code == 200
    assert status_of(bank, payment, payer) == "review"
    assert resolve(bank, case, "release", mint.person(role="risk", subject="usr_two")).status_code == 200

    eventually(lambda: status_of(bank, payment, payer) == "completed", what="the released payment")
    assert balance_of(bank, payee) == before + 5 * MILLION // 2


def test_one_person_declines_and_nothing_moves(bank: Bank, mint: Mint) -> None:
    payer, payee = rich(bank, mint, 3 * MILLION)
    before = balance_of(bank, payer)
    payment = held(bank, payer, payee)

    resolve(bank, case_of(bank, mint, payment), "decline", mint.person(role="risk"))

    eventually(lambda: status_of(bank, payment, payer) == "declined", what="the declined payment")
    assert balance_of(bank, payer) == before


def test_fraud_hears_what_became_of_payments(bank: Bank) -> None:
    import psycopg  # noqa: PLC0415 - only here

    payer, payee = join(bank, count=2)
    moved = post(bank, "/payment/v1/transfers", payer.transfer(payee, 10_000), payer.token).json()
    refused = post(bank, "/payment/v1/transfers", payer.transfer(payee, MILLION // 10), payer.token).json()
    assert (refused["status"], refused["code"]) == ("declined", "insufficient_funds")

    with psycopg.connect(bank.database_url("fraud"), autocommit=True) as database:

        def heard() -> dict[str, str]:
            found = database.execute(
                "SELECT payment, status FROM payment_outcome WHERE payment = ANY(%s)",
                ([moved["id"], refused["id"]],),
            )
            return dict(found.fetchall())

        eventually(lambda: len(heard()) == 2, what="the news of both payments")
        assert heard() == {moved["id"]: "completed", refused["id"]: "declined"}
        known = database.execute(
            "SELECT payments FROM pair_history WHERE payer_customer = %s AND payee_account = %s",
            (payer.subject, payee.person.account_id),
        ).fetchone()
        assert known == (1,)


def test_what_payment_held_while_fraud_was_silent_can_be_released(bank: Bank, mint: Mint) -> None:
    payer, payee = join(bank, count=2)
    bank.stop("fraud.office")
    try:
        answer = post(bank, "/payment/v1/transfers", payer.transfer(payee, 10_000), payer.token)
    finally:
        bank.start("fraud.office")
    assert answer.json()["status"] == "review", answer.text
    payment = answer.json()["id"]

    def waits() -> bool:
        cases = get(bank, "/fraud/v1/cases?status=open", mint.person(role="risk"))["items"]
        return payment in {case["payment"] for case in cases}

    eventually(waits, what="a case for the held payment")
    case = case_of(bank, mint, payment)
    assert case["reasons"][0]["rule"] == "held_without_answer"
    for person in ("usr_one", "usr_two"):
        assert resolve(bank, case, "release", mint.person(role="risk", subject=person)).status_code == 200
    eventually(lambda: status_of(bank, payment, payer) == "completed", what="the released payment")
