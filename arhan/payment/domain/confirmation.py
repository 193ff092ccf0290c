"""When a payer's word is fresh enough to confirm a payment that screening stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arhan.payment.domain.orders import Order


def is_fresh_proof(order: Order, *, auth_time: int) -> bool:
    """Signed in anew since the payment was stopped (step-up, RFC 9470 section 4).

    `auth_time` in seconds since 1970, as tokens carry it: whoever holds an older session, stolen
    perhaps, cannot confirm with it.
    """
    stopped_at = order.screened_at or order.created_at
    return auth_time >= stopped_at.timestamp()
