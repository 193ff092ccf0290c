"""Standing orders as the engine pays them: page by page, each statement for a whole page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import outbox
from arhan.payment.domain.standing_orders import CONFIRMED_WITHIN, Due, StandingOrder
from arhan.payment.domain.states import FINAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, timedelta

    from psycopg import AsyncConnection

    from arhan.kernel.outbox import Fact
    from arhan.payment.domain.standing_orders import Became

_FINAL = f"({', '.join(repr(state) for state in sorted(FINAL))})"

_SNAPSHOT = (
    "due_date, pay_date, customer, payer_account, payee_account, amount, currency, narration, tier, device,"
    " new_device_until"
)
_PUT_DOWN = f"""
    WITH due AS (
        SELECT * FROM standing_order WHERE status = 'active' AND try_date <= %(on)s
        ORDER BY try_date, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    ), ordered AS (
        INSERT INTO standing_order_execution (
            standing_order, attempt, status, code, payment, ordered_on, ordered_at, ask_at, {_SNAPSHOT})
        SELECT id, tries + 1, 'ordered', '', '', %(on)s, %(at)s, %(at)s, {_SNAPSHOT} FROM due
        ON CONFLICT (standing_order, due_date) DO UPDATE
        SET attempt = excluded.attempt, status = excluded.status, code = '', payment = '',
            amount = excluded.amount, narration = excluded.narration, ordered_on = excluded.ordered_on,
            ordered_at = excluded.ordered_at, ask_at = excluded.ask_at, decided_at = NULL
        WHERE standing_order_execution.status = 'failed'
    )
    UPDATE standing_order s SET try_date = NULL FROM due WHERE s.id = due.id
"""  # noqa: S608 - our own column names

_CLAIM = """
    UPDATE standing_order_execution e SET ask_at = %(at)s + %(pause)s
    WHERE id IN (
        SELECT id FROM standing_order_execution WHERE status = 'ordered' AND ask_at <= %(at)s
        ORDER BY ask_at, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING row_to_json(e)::text
"""

_DECIDED = f"""
    SELECT row_to_json(e)::text, o.state, o.id, o.code FROM standing_order_execution e
    JOIN payment_order o ON o.id = e.payment WHERE e.status = 'waiting' AND o.state IN {_FINAL}
    ORDER BY e.id LIMIT %s
"""  # noqa: S608 - our own words

_LOCK = """
    SELECT row_to_json(s)::text FROM standing_order s WHERE s.id = ANY(%s)
    ORDER BY s.id FOR NO KEY UPDATE
"""

_STILL = """
    SELECT e.standing_order, e.due_date FROM standing_order_execution e
    JOIN json_to_recordset(%s::json) AS asked (standing_order text, due_date date, attempt smallint)
    USING (standing_order, due_date, attempt)
    WHERE e.status = %s FOR NO KEY UPDATE OF e
"""

_WRITE_ORDERS = """
    UPDATE standing_order s
    SET status = now.status, code = now.code, due_date = now.due_date, pay_date = now.pay_date,
        try_date = now.try_date, tries = now.tries, done = now.done, paid = now.paid,
        changed_at = now.changed_at
    FROM json_populate_recordset(NULL::standing_order, %s::json) AS now WHERE s.id = now.id
"""

_WRITE_EXECUTIONS = """
    UPDATE standing_order_execution e
    SET status = now.status, code = now.code, payment = now.payment, decided_at = %s
    FROM json_to_recordset(%s::json)
        AS now (standing_order text, due_date date, status text, code text, payment text)
    WHERE e.standing_order = now.standing_order AND e.due_date = now.due_date
"""

_LAPSE = """
    UPDATE standing_order SET status = 'cancelled', code = 'not_confirmed', due_date = NULL,
        pay_date = NULL, try_date = NULL, changed_at = %(at)s
    WHERE id IN (
        SELECT id FROM standing_order WHERE status = 'unconfirmed' AND created_at < %(at)s - %(time)s
        ORDER BY id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)
"""

_encode = msgspec.json.Encoder().encode
_order = msgspec.json.Decoder(StandingOrder).decode
_due = msgspec.json.Decoder(Due).decode

Decided = tuple[Due, str, str, str]
"""A try that waited for a person, and the payment's state, id and code now that it is final."""


async def put_down(connection: AsyncConnection[Any], *, on: date, at: datetime, limit: int) -> int:
    """Put down a payment for each of the next standing orders that are due; how many. One statement."""
    cursor = await connection.execute(_PUT_DOWN, {"on": on, "at": at, "limit": limit})
    return cursor.rowcount


async def claim(connection: AsyncConnection[Any], *, at: datetime, pause: timedelta, limit: int) -> list[Due]:
    """Payments that are put down, for who asks now; others leave them alone for a while."""
    cursor = await connection.execute(_CLAIM, {"at": at, "pause": pause, "limit": limit})
    return [_due(row[0]) for row in await cursor.fetchall()]


async def list_decided(connection: AsyncConnection[Any], *, limit: int) -> list[Decided]:
    """Tries that waited for a person, who has decided."""
    cursor = await connection.execute(_DECIDED, [limit])
    return [(_due(row[0]), row[1], row[2], row[3]) for row in await cursor.fetchall()]


async def lock(connection: AsyncConnection[Any], ids: Iterable[str]) -> dict[str, StandingOrder]:
    """These standing orders, locked until the transaction ends."""
    cursor = await connection.execute(_LOCK, [sorted(set(ids))])
    found = [_order(row[0]) for row in await cursor.fetchall()]
    return {order.id: order for order in found}


async def still(
    connection: AsyncConnection[Any], tries: Sequence[Became], *, status: str
) -> set[tuple[str, date]]:
    """Those of these tries of which nobody wrote down yet what they became; the others are done."""
    cursor = await connection.execute(_STILL, [_encode(tries).decode(), status])
    return {(row[0], row[1]) for row in await cursor.fetchall()}


async def write(
    connection: AsyncConnection[Any],
    *,
    orders: Sequence[StandingOrder],
    tries: Sequence[Became],
    facts: Sequence[Fact],
    at: datetime,
) -> None:
    """Write what became of tries and what follows of it, with its events; in the caller's transaction."""
    await connection.execute(_WRITE_ORDERS, [_encode(orders).decode()])
    await connection.execute(_WRITE_EXECUTIONS, [at, _encode(tries).decode()])
    if facts:
        await connection.execute(f"{outbox.INSERT} {outbox.GIVEN}", [outbox.as_json(facts)])


async def lapse(connection: AsyncConnection[Any], *, at: datetime, limit: int) -> int:
    """End standing orders that their payers did not confirm in time; how many."""
    told = {"at": at, "time": CONFIRMED_WITHIN, "limit": limit}
    return (await connection.execute(_LAPSE, told)).rowcount


async def count_open(connection: AsyncConnection[Any]) -> int:
    """How many payments are under way."""
    cursor = await connection.execute(
        "SELECT count(*) FROM standing_order_execution WHERE status = 'ordered'"
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0
