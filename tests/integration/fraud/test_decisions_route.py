"""`POST /v1/decisions` as payment uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fraud_payments import as_json, payment, somebody

if TYPE_CHECKING:
    from tests.integration.fraud.conftest import Fraud


def test_a_small_payment_is_allowed_for_a_quarter_of_an_hour(fraud: Fraud) -> None:
    screening = payment(somebody("ada"), naira=100)

    answer = fraud.decide(as_json(screening))

    assert answer.status_code == 200, answer.text
    (decision,) = answer.json()["decisions"]
    assert decision["payment"] == screening.payment
    assert decision["outcome"] == "allow"
    assert decision["reasons"] == []
    assert decision["id"].startswith("dec_")
    assert decision["expires_at"].endswith("Z")


def test_a_batch_is_answered_in_the_order_asked(fraud: Fraud) -> None:
    small, huge, large = (
        payment(somebody("ada"), naira=100),
        payment(somebody("ada"), naira=10_000_001),
        payment(somebody("ada"), naira=600_000),
    )

    decisions = fraud.decide(as_json(small), as_json(huge), as_json(large)).json()["decisions"]

    assert [d["payment"] for d in decisions] == [small.payment, huge.payment, large.payment]
    assert [d["outcome"] for d in decisions] == ["allow", "decline", "step_up"]


def test_a_reason_says_what_was_seen_and_what_is_allowed(fraud: Fraud) -> None:
    (decision,) = fraud.decide(as_json(payment(somebody("ada"), naira=600_000))).json()["decisions"]

    assert decision["reasons"] == [
        {
            "rule": "new_payee_large",
            "version": 1,
            "observed": "NGN 600,000.00 to a new payee",
            "threshold": "NGN 500,000.00 to a new payee",
            "message": "This is a large payment to somebody new. Please confirm it is you.",
        }
    ]
