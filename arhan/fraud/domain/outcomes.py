"""What the end of payments teaches: whom a payer has really paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from arhan.contracts.fraud import Screening
from arhan.fraud.domain.screening import BANKS_OWN_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.contracts.payment import OrderSettled


TRIES = frozenset(
    {
        "wrong_cvv",
        "cvv_blocked",
        "wrong_pin",
        "pin_blocked",
        "wrong_expiry",
        "card_lost",
        "card_stolen",
        "insufficient_funds",
    }
)
"""Why attempts with a card come to nothing when somebody tries what it is good for."""


@dataclass(slots=True)
class Paid:
    """Money that moved from a customer to an account, one or more times."""

    payer_customer: str
    payee_account: str
    first_at: datetime
    last_at: datetime
    payments: int = 0


def payees_paid(orders: Iterable[OrderSettled]) -> list[Paid]:
    """One line per pair of payer and payee; the bank's own payments make nobody known."""
    found: dict[tuple[str, str], Paid] = {}
    for order in orders:
        if order.kind in BANKS_OWN_KINDS:
            continue
        at = datetime.fromisoformat(order.decided_at)
        payer = order.payer_customer or order.payer_account
        paid = found.setdefault((payer, order.payee_account), Paid(payer, order.payee_account, at, at))
        paid.first_at = min(paid.first_at, at)
        paid.last_at = max(paid.last_at, at)
        paid.payments += 1
    return list(found.values())


def screening_of(order: OrderSettled) -> Screening:
    """What we would have been asked about this payment, as far as its event tells."""
    return Screening(
        payment=order.id,
        kind=order.kind,
        payer_account=order.payer_account,
        payer_customer=order.payer_customer,
        payee_account=order.payee_account,
        payee_customer=order.payee_customer,
        amount=order.amount,
        currency=order.currency,
        created_at=order.created_at,
    )
