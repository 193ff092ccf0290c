"""Card payments and their parts, as the engine stores them: what was captured, and when one is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import outbox
from arhan.payment.domain.orders import Order
from arhan.payment.store.orders import get

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from psycopg import AsyncConnection

    from arhan.contracts.payment import OrderSettled

_LOCK = "SELECT FROM payment_order WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_COUNT = """
    UPDATE payment_order o SET captured = o.captured + part.amount
    FROM unnest(%s::text[], %s::bigint[]) AS part (id, amount) WHERE o.id = part.id"""
_CLOSE = """
    UPDATE payment_order o
    SET state = CASE WHEN o.captured > 0 THEN 'completed' ELSE 'cancelled' END,
        code = CASE WHEN o.captured > 0 THEN '' WHEN o.id = ANY(%(expired)s) THEN 'hold_expired'
               ELSE 'released' END,
        attempt = o.attempt + 1, decided_at = %(at)s
    WHERE o.id = ANY(%(ids)s) AND o.state = 'authorised'
      AND NOT EXISTS (
        SELECT FROM payment_order p WHERE p.authorisation = o.id AND p.authorisation <> ''
        AND p.state IN ('created', 'screened'))
      AND (o.id = ANY(%(expired)s) OR o.captured >= o.amount OR EXISTS (
        SELECT FROM payment_order p WHERE p.authorisation = o.id AND p.authorisation <> ''
        AND p.state = 'completed' AND (p.kind = 'card_release'
            OR coalesce(p.circumstances -> 'card' ->> 'final', 'true') = 'true')))
    RETURNING row_to_json(o)::text"""

_TELL = f"{outbox.INSERT} SELECT event.* FROM ({outbox.GIVEN}) AS event ORDER BY event.event_id"  # noqa: S608 - our own words

_decode = msgspec.json.Decoder(Order).decode


async def lock_authorised(connection: AsyncConnection[Any], order_id: str) -> Order | None:
    """A card payment, locked until the transaction ends, so that it is not closed meanwhile."""
    await connection.execute(_LOCK, [[order_id]])
    return await get(connection, order_id)


async def count_captures(connection: AsyncConnection[Any], orders: Iterable[Order]) -> None:
    """Add what was captured to the card payments it was captured of, locked in the order of their ids."""
    captured: dict[str, int] = {}
    for order in orders:
        if order.kind == "card_capture" and order.state == "completed":
            captured[order.authorisation] = captured.get(order.authorisation, 0) + order.amount
    if captured:
        ids = sorted(captured)
        await connection.execute(_LOCK, [ids])
        await connection.execute(_COUNT, [ids, [captured[id_] for id_ in ids]])


async def close_authorised(
    connection: AsyncConnection[Any], order_ids: Collection[str], *, expired: Collection[str], at: datetime
) -> list[Order]:
    """Close those of these card payments whose hold has ended and of which no part is under way.

    `expired` are those whose hold has ended by itself. What was captured is completed; what was not,
    cancelled. The caller's transaction; locks in the order of ids.
    """
    ids = sorted({*order_ids, *expired})
    await connection.execute(_LOCK, [ids])
    cursor = await connection.execute(_CLOSE, {"ids": ids, "expired": list(expired), "at": at})
    return [_decode(row[0]) for row in await cursor.fetchall()]


async def tell(connection: AsyncConnection[Any], facts: Collection[OrderSettled]) -> None:
    """Write events in the caller's transaction."""
    if facts:
        await connection.execute(_TELL, [outbox.as_json(facts)])
