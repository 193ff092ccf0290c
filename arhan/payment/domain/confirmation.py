"""Which payments their payer confirms, and what counts as a confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.tiers import confirmed_from

if TYPE_CHECKING:
    from datetime import date

    from arhan.payment.domain.orders import Order

TRANSFER = "transfer"


def may_take_confirmation(order: Order, *, on: date) -> bool:
    """Whether it could be large enough: one person's payment to somebody else."""
    to_others = order.payer_customer != order.payee_customer
    by_one = order.signatures == 1
    return (
        order.kind == TRANSFER
        and by_one
        and to_others
        and takes_confirmation(order, known_payee=False, on=on)
    )


def takes_confirmation(order: Order, *, known_payee: bool, on: date) -> bool:
    """Whether it is so large that its payer confirms it."""
    return order.amount >= confirmed_from(order.currency, known_payee=known_payee, on=on)


def who_confirms(order: Order) -> str:
    """Whose word is asked for: that of who made it; of a card payment, that of who holds the card."""
    return order.payer_customer if order.kind == "card_payment" else order.initiator


def is_fresh_proof(order: Order, *, auth_time: int) -> bool:
    """Signed in anew since the payment was stopped (step-up, RFC 9470 section 4).

    `auth_time` in seconds since 1970, as tokens carry it: whoever holds an older session, stolen
    perhaps, cannot confirm with it. Not enough for a payment that is large by itself.
    """
    stopped_at = order.screened_at or order.created_at
    return not order.circumstances.to_confirm and auth_time >= stopped_at.timestamp()
