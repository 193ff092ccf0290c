from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arhan.payment.domain.intents import Intent, Parties, Proof, Side, place
from tests.payment_fakes import PIN, holder

if TYPE_CHECKING:
    from collections.abc import Callable

    from arhan.payment.domain.orders import Order

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def intend() -> Callable[..., Intent]:
    """A wish of Ada's to pay Bola NGN 30.00, changed as the test says."""

    def make(**changes: Any) -> Intent:
        ada, bola = holder("ada"), holder("bola")
        wish: dict[str, Any] = {
            "principal": "usr_ada",
            "route": "POST /v1/transfers",
            "key": "k1",
            "body_hash": "h1",
            "kind": "transfer",
            "payer": Side(account=ada.party.account),
            "payee": Side(number=bola.party.number),
            "amount": 3000,
            "currency": "NGN",
            "initiator": "usr_ada",
            "proof": Proof(person="usr_ada", session="ses_1", pin=PIN),
        }
        return Intent(**(wish | changes))

    return make


@pytest.fixture
def order(intend: Callable[..., Intent]) -> Order:
    """The order that wish becomes at noon."""
    parties = Parties(payer=holder("ada").party, payee=holder("bola").party, pin_version=1)
    return place(intend(), parties, order_id="pay_1", at=NOON)


@pytest.fixture
def later() -> datetime:
    return NOON + timedelta(seconds=1)
