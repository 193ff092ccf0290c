"""Refunds: a new payment from payee back to payer, at most the amount once, in any number of parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from arhan.kernel.errors import Refused
from arhan.payment.errors import (
    AMOUNT_OUT_OF_RANGE,
    NOT_REFUNDABLE,
    REFUND_EXCEEDS_PAYMENT,
)

if TYPE_CHECKING:
    from arhan.payment.domain.orders import Order

REFUNDABLE_KINDS = frozenset({"transfer", "deposit", "card_payment", "standing_order"})

_MOVED = frozenset({"completed", "authorised"})
"""A card payment may be captured in part while the rest is still held."""

RefundStatus = Literal["none", "partly", "fully"]


def refundable_amount(original: Order, *, asked: int | None) -> int:
    """How much goes back: what is asked, else all that is left; Refused when that cannot be."""
    if original.state not in _MOVED or original.kind not in REFUNDABLE_KINDS:
        raise Refused(NOT_REFUNDABLE)
    moved = original.captured if original.kind == "card_payment" else original.amount
    left = moved - original.refunded
    amount = left if asked is None else asked
    if asked is not None and asked < 1:
        raise Refused(AMOUNT_OUT_OF_RANGE)
    if amount > left or not left:
        raise Refused(REFUND_EXCEEDS_PAYMENT)
    return amount


def refund_status(*, amount: int, refunded: int) -> RefundStatus:
    """How much of a payment went back, in one word."""
    if not refunded:
        return "none"
    return "fully" if refunded == amount else "partly"
