"""What those who sign for an account said of payments; on Django's connection, or psycopg's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from arhan.payment.domain.orders import Order


class Approval(msgspec.Struct, frozen=True):
    """What one of them said. Read from a row in this order."""

    person: str
    name: str
    approved: bool
    decided_at: datetime


def insert(
    cursor: Any, *, payment: str, by: str, name: str, proof: str, approved: bool, at: datetime
) -> bool:
    """Keep what somebody said; False where they said it before, or the confirmation was used before."""
    cursor.execute(
        "INSERT INTO payment_approval (payment, person, name, approved, proof, decided_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [payment, by, name, approved, proof, at],
    )
    return bool(cursor.rowcount)


def list_of(cursor: Any, payment: str) -> list[Approval]:
    """What was said of a payment, in the order it was said."""
    cursor.execute(
        "SELECT person, name, approved, decided_at FROM payment_approval WHERE payment = %s"
        " ORDER BY decided_at, person",
        [payment],
    )
    return [Approval(*row) for row in cursor.fetchall()]


def write(cursor: Any, order: Order) -> None:
    """Write that a locked order was approved or declined; any attempt at it under way is fenced off.

    A refund that comes to nothing gives its amount back to the original.
    """
    cursor.execute(
        "UPDATE payment_order SET state = %s, code = %s, attempt = attempt + 1, decided_at = %s, due_at = %s,"
        " screened_at = %s, released_by = %s, mandate_version = %s WHERE id = %s",
        [
            order.state,
            order.code,
            order.decided_at,
            order.due_at,
            order.screened_at,
            order.released_by,
            order.mandate_version,
            order.id,
        ],
    )
    if order.state == "declined" and order.refund_of:
        cursor.execute(
            "UPDATE payment_order SET refunded = refunded - %s WHERE id = %s", [order.amount, order.refund_of]
        )
