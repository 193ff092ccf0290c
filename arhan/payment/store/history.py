"""Orders as the office reads them, and as a person's word moves them on; on Django's connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel.ids import first_id
from arhan.payment.domain.orders import Order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_decode = msgspec.json.Decoder(Order).decode
_COLUMNS = ", ".join(field.name for field in msgspec.structs.fields(Order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders a list should have; empty means any."""

    customer: str = ""
    """Orders this person pays or is paid by."""
    only_received: bool = True
    """Of those that pay this person, only the completed ones: what was declined is the payer's affair."""
    account: str = ""
    state: str = ""
    kind: str = ""
    """Empty: any but the captures and releases, which are part of a card payment."""
    card: str = ""
    since: datetime | None = None
    """Ordered at this moment or later: ids carry when they were made."""
    until: datetime | None = None
    """Ordered before this moment."""


_MATCHES = """
    (%(account)s = '' OR %(account)s IN (o.payer_account, o.payee_account))
    AND (%(state)s = '' OR o.state = %(state)s)
    AND CASE %(kind)s WHEN '' THEN o.kind NOT IN ('card_capture', 'card_release') ELSE o.kind = %(kind)s END
    AND (%(card)s = '' OR (o.kind = 'card_payment' AND o.circumstances -> 'card' ->> 'card' = %(card)s))
    AND (%(since)s = '' OR o.id >= %(since)s)
    AND (%(until)s = '' OR o.id < %(until)s)
    AND (%(after)s = '' OR o.id < %(after)s)"""

_OF_ALL = f"""
    SELECT row_to_json(o)::text FROM payment_order o WHERE {_MATCHES}
    ORDER BY o.id DESC LIMIT %(limit)s"""  # noqa: S608 - our own words

_OF_ONE = f"""
    SELECT document FROM (
        (SELECT o.id, row_to_json(o)::text AS document FROM payment_order o
         WHERE o.payer_customer = %(customer)s AND o.payer_customer <> '' AND {_MATCHES}
         ORDER BY o.id DESC LIMIT %(limit)s)
        UNION
        (SELECT o.id, row_to_json(o)::text FROM payment_order o
         WHERE o.payee_customer = %(customer)s AND o.payee_customer <> '' AND {_MATCHES}
           AND (o.state IN ('completed', 'authorised') OR NOT %(only_received)s)
         ORDER BY o.id DESC LIMIT %(limit)s)
    ) AS either ORDER BY id DESC LIMIT %(limit)s"""  # noqa: S608 - our own words


def list_newest(cursor: Any, wanted: Wanted, *, after: str, limit: int) -> list[Order]:
    """Orders older than `after`, newest first; both halves of a person's history come from an index."""
    told = {
        "since": first_id("pay", wanted.since) if wanted.since else "",
        "until": first_id("pay", wanted.until) if wanted.until else "",
        "customer": wanted.customer,
        "only_received": wanted.only_received,
        "account": wanted.account,
        "state": wanted.state,
        "kind": wanted.kind,
        "card": wanted.card,
        "after": after,
        "limit": limit,
    }
    cursor.execute(_OF_ONE if wanted.customer else _OF_ALL, told)
    return [_decode(row[0]) for row in cursor.fetchall()]


def list_by_key(cursor: Any, *, principal: str, key: str) -> list[Order]:
    """The orders a caller gave under this idempotency key: one per route, as a rule one at all."""
    cursor.execute(
        "SELECT row_to_json(o)::text FROM payment_order o WHERE o.principal = %s AND o.key = %s ORDER BY o.id DESC",
        [principal, key],
    )
    return [_decode(row[0]) for row in cursor.fetchall()]


def get(cursor: Any, order_id: str) -> Order | None:
    """One order."""
    cursor.execute("SELECT row_to_json(o)::text FROM payment_order o WHERE o.id = %s", [order_id])
    row = cursor.fetchone()
    return _decode(row[0]) if row else None


def list_refunds(cursor: Any, order_id: str) -> list[Order]:
    """What went back of a payment, or is on its way back, oldest first."""
    cursor.execute(
        "SELECT row_to_json(o)::text FROM payment_order o"
        " WHERE o.refund_of = %s AND o.refund_of <> '' ORDER BY o.id",
        [order_id],
    )
    return [_decode(row[0]) for row in cursor.fetchall()]


def list_parts(cursor: Any, order_id: str) -> list[Order]:
    """The captures and releases of a card payment, oldest first."""
    cursor.execute(
        "SELECT row_to_json(o)::text FROM payment_order o"
        " WHERE o.authorisation = %s AND o.authorisation <> '' ORDER BY o.id",
        [order_id],
    )
    return [_decode(row[0]) for row in cursor.fetchall()]


def lock(cursor: Any, order_ids: Sequence[str]) -> dict[str, Order]:
    """These orders, locked in the order of their ids until the transaction ends."""
    cursor.execute(
        "SELECT row_to_json(o)::text FROM payment_order o WHERE o.id = ANY(%s)"
        " ORDER BY o.id FOR NO KEY UPDATE",
        [list(order_ids)],
    )
    return {order.id: order for order in (_decode(row[0]) for row in cursor.fetchall())}


def insert(cursor: Any, order: Order) -> None:
    """Store an order that an approval made, every member of it; its key is taken by nothing else."""
    cursor.execute(
        f"INSERT INTO payment_order ({_COLUMNS}) SELECT {_COLUMNS}"  # noqa: S608 - our own column names
        " FROM json_populate_recordset(NULL::payment_order, %s::json)",
        [msgspec.json.encode([msgspec.structs.asdict(order)]).decode()],
    )


def write_state(cursor: Any, order: Order) -> None:
    """Write what a person decided about a locked order; any attempt at it under way is fenced off."""
    cursor.execute(
        "UPDATE payment_order SET state = %s, code = %s, attempt = attempt + 1, decided_at = %s,"
        " due_at = %s, released_by = %s WHERE id = %s",
        [order.state, order.code, order.decided_at, order.due_at, order.released_by, order.id],
    )
