from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from arhan.contracts.fraud import Decision, Reason
from arhan.payment.domain.screening import SILENCE, SMALL_AMOUNT, screened, screened_locally

if TYPE_CHECKING:
    from arhan.payment.domain.orders import Order


def decision(outcome: Any) -> Decision:
    reason = Reason(rule="limit", version=3, observed="9", threshold="5", message="That is a lot.")
    return Decision(id="dec_1", payment="pay_1", outcome=outcome, reasons=[reason])


@pytest.mark.parametrize(
    ("outcome", "state", "code"),
    [
        ("allow", "screened", ""),
        ("step_up", "requires_action", "confirmation_required"),
        ("review", "review", "under_review"),
        ("decline", "declined", "declined_by_screening"),
    ],
)
def test_each_outcome_of_the_screening(
    order: Order, later: datetime, outcome: str, state: str, code: str
) -> None:
    decided = screened(order, decision(outcome), at=later)
    assert (decided.state, decided.code, decided.outcome) == (state, code, outcome)
    assert (decided.decision, decided.reasons) == ("dec_1", ["That is a lot."])
    assert decided.screened_at == later


def test_an_order_waits_a_quarter_of_an_hour_for_its_payer(order: Order, later: datetime) -> None:
    assert screened(order, decision("step_up"), at=later).due_at == later + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("kind", "amount", "known_payee", "state"),
    [
        ("transfer", SMALL_AMOUNT["NGN"], True, "requires_action"),
        ("transfer", SMALL_AMOUNT["NGN"] + 1, True, "review"),
        ("transfer", 1, False, "review"),
        ("deposit", 1, True, "review"),
        ("refund", 1, True, "review"),
        ("card_payment", 1, True, "review"),
    ],
)
def test_without_an_answer_from_fraud_nothing_is_cleared(
    order: Order, later: datetime, kind: Any, amount: int, known_payee: bool, state: str
) -> None:
    asked = replace(order, kind=kind, amount=amount)
    decided = screened_locally(asked, known_payee=known_payee, at=later)
    assert (decided.state, decided.reasons, decided.decision) == (state, [SILENCE], "")


@pytest.mark.parametrize(
    ("currency", "small", "large"),
    [("JPY", 500, 501), ("USD", 325, 326), ("KWD", 1_000, 1_001)],
)
def test_what_is_small_without_fraud_is_said_in_each_currency(
    order: Order, later: datetime, currency: str, small: int, large: int
) -> None:
    """Kobo are not cents: NGN 5,000 is not USD 5,000."""

    def state(amount: int) -> str:
        asked = replace(order, kind="transfer", amount=amount, currency=currency)
        return screened_locally(asked, known_payee=True, at=later).state

    assert (state(small), state(large)) == ("requires_action", "review")
