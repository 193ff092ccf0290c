"""What is known of a card: attempts that were declined, and how often it pays."""

from __future__ import annotations

import pytest

from arhan.contracts.fraud import Screening
from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.domain.rules import CardDeclined, CardVelocity, Facts

NOW = 1_700_000_000
SCREENING = Screening(
    payment="pay_1",
    kind="card_payment",
    payer_account="acc_ada",
    payer_customer="usr_ada",
    payee_account="acc_bola",
    payee_customer="usr_bola",
    amount=1_000,
    currency="NGN",
    created_at="2026-03-02T09:00:00Z",
    card="card_1",
    card_bin="222399",
    card_last4="0009",
)


def facts(card: PayerHistory | None) -> Facts:
    return Facts(SCREENING, PayerHistory(), None, None, NOW, card)


@pytest.mark.parametrize(("declined", "hit"), [(5, False), (6, True)])
def test_a_card_declined_too_often_is_noticed(declined: int, hit: bool) -> None:
    history = PayerHistory()
    for _ in range(declined):
        history.add_declined(at=NOW - 60)
    assert (CardDeclined(window="1h", count=5).hit(facts(history)) is not None) == hit


@pytest.mark.parametrize(("paid", "hit"), [(2, False), (3, True)])
def test_a_card_used_too_often_is_noticed(paid: int, hit: bool) -> None:
    history = PayerHistory()
    for _ in range(paid):
        history.add_payment(at=NOW - 60, amount=1_000, currency="NGN", payee="acc_bola")
    assert (CardVelocity(window="1h", count=3).hit(facts(history)) is not None) == hit


def test_without_a_card_nothing_is_said() -> None:
    assert CardDeclined(window="1h", count=0).hit(facts(None)) is None
    assert CardVelocity(window="1h", count=0).hit(facts(None)) is None
