"""What the end of payments teaches about payees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from arhan.contracts.payment import OrderCompleted
from arhan.fraud.domain.outcomes import payees_paid, screening_of
from arhan.fraud.domain.screening import fingerprint
from arhan.kernel.ids import new_id
from tests.fraud_payments import payment


def completed(
    payer: str = "ada", payee: str = "bola", *, at: str = "12:00", **changes: Any
) -> OrderCompleted:
    told: dict[str, Any] = {
        "id": new_id("pay"),
        "kind": "transfer",
        "payer_account": f"acc_{payer}",
        "payer_customer": f"usr_{payer}",
        "payee_account": f"acc_{payee}",
        "payee_customer": f"usr_{payee}",
        "amount": 100,
        "currency": "NGN",
        "created_at": f"2026-11-22T{at}:00Z",
        "decided_at": f"2026-11-22T{at}:00Z",
    }
    return OrderCompleted(**told | changes)


def test_one_line_per_pair_with_its_first_and_last_payment() -> None:
    paid = payees_paid(
        [completed(at="12:30"), completed(at="12:00"), completed(payee="chidi"), completed("eve")]
    )
    assert [(p.payer_customer, p.payee_account, p.payments) for p in paid] == [
        ("usr_ada", "acc_bola", 2),
        ("usr_ada", "acc_chidi", 1),
        ("usr_eve", "acc_bola", 1),
    ]
    assert paid[0].first_at == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert paid[0].last_at == datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def test_what_the_bank_pays_makes_nobody_known() -> None:
    assert payees_paid([completed(kind="deposit"), completed(kind="refund")]) == []


def test_an_order_that_payment_held_is_bound_like_one_we_were_asked_about() -> None:
    order = completed(id="pay_1")
    assert fingerprint(screening_of(order)) == fingerprint(payment(payment="pay_1", amount=100))
