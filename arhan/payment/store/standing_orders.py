"""Standing orders as their payers see and change them; on Django's connection."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec

from arhan.payment.domain.standing_orders import StandingOrder

COLUMNS = ", ".join(field.name for field in msgspec.structs.fields(StandingOrder))
_decode = msgspec.json.Decoder(StandingOrder).decode


class ExecutionRow(msgspec.Struct, frozen=True):
    """One occurrence, as its payer sees it; in the order of the columns."""

    due_date: dt.date
    pay_date: dt.date
    status: str
    attempt: int
    code: str
    payment: str
    amount: int
    currency: str
    ordered_on: dt.date
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which standing orders a list should have; empty means any."""

    customer: str = ""
    account: str = ""
    status: str = ""
    after: str = ""
    limit: int = 50


def list_newest(cursor: Any, wanted: Wanted) -> list[StandingOrder]:
    """Newest first."""
    cursor.execute(
        "SELECT row_to_json(s)::text FROM standing_order s"
        " WHERE (%(customer)s = '' OR s.customer = %(customer)s)"
        " AND (%(account)s = '' OR s.payer_account = %(account)s)"
        " AND (%(status)s = '' OR s.status = %(status)s) AND (%(after)s = '' OR s.id < %(after)s)"
        " ORDER BY s.id DESC LIMIT %(limit)s",
        {
            "customer": wanted.customer,
            "account": wanted.account,
            "status": wanted.status,
            "after": wanted.after,
            "limit": wanted.limit,
        },
    )
    return [_decode(row[0]) for row in cursor.fetchall()]


def get(cursor: Any, order_id: str) -> StandingOrder | None:
    """One of them."""
    cursor.execute("SELECT row_to_json(s)::text FROM standing_order s WHERE s.id = %s", [order_id])
    row = cursor.fetchone()
    return _decode(row[0]) if row else None


def lock(cursor: Any, order_id: str) -> StandingOrder | None:
    """The same, locked until the transaction ends."""
    cursor.execute(
        "SELECT row_to_json(s)::text FROM standing_order s WHERE s.id = %s FOR NO KEY UPDATE", [order_id]
    )
    row = cursor.fetchone()
    return _decode(row[0]) if row else None


def lock_person(cursor: Any, *, person: str) -> None:
    """One new standing order at a time per person (until the transaction ends), so that nobody outruns the count."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"standing orders {person}"])


def count_open(cursor: Any, *, customer: str = "", payer_account: str = "") -> int:
    """How many of a person or an account are not over."""
    cursor.execute(
        "SELECT count(*) FROM standing_order WHERE status IN ('unconfirmed', 'active', 'paused')"
        " AND (%(customer)s = '' OR customer = %(customer)s)"
        " AND (%(account)s = '' OR payer_account = %(account)s)",
        {"customer": customer, "account": payer_account},
    )
    return int(cursor.fetchone()[0])


def insert(cursor: Any, order: StandingOrder) -> None:
    """Store a new one."""
    cursor.execute(
        f"INSERT INTO standing_order ({COLUMNS}) SELECT {COLUMNS}"  # noqa: S608 - our own column names
        " FROM json_populate_record(NULL::standing_order, %s::json)",
        [msgspec.json.encode(order).decode()],
    )


def write(cursor: Any, order: StandingOrder) -> None:
    """Write what its payer changed, of a locked one; a try given up on the way is left out for good."""
    cursor.execute(
        "UPDATE standing_order SET amount = %s, narration = %s, last_date = %s, times = %s, status = %s,"
        " code = %s, due_date = %s, pay_date = %s, try_date = %s, tries = %s, changed_at = %s WHERE id = %s",
        [
            order.amount, order.narration, order.last_date, order.times, order.status,
            order.code, order.due_date, order.pay_date, order.try_date, order.tries, order.changed_at,
            order.id,
        ],
    )  # fmt: skip
    cursor.execute(
        "UPDATE standing_order_execution SET status = 'skipped'"
        " WHERE standing_order = %s AND status = 'failed' AND due_date IS DISTINCT FROM %s",
        [order.id, order.due_date],
    )


def list_executions(cursor: Any, *, order_id: str, before: dt.date | None, limit: int) -> list[ExecutionRow]:
    """Occurrences that were tried, the latest first."""
    cursor.execute(
        "SELECT due_date, pay_date, status, attempt, code, payment, amount, currency, ordered_on, decided_at"
        " FROM standing_order_execution WHERE standing_order = %s AND due_date < coalesce(%s, 'infinity'::date)"
        " ORDER BY due_date DESC LIMIT %s",
        [order_id, before, limit],
    )
    return [ExecutionRow(*row) for row in cursor.fetchall()]


def find_beneficiary(cursor: Any, *, beneficiary: str, person: str) -> str | None:
    """The number of a payee the person keeps."""
    cursor.execute("SELECT number FROM beneficiary WHERE id = %s AND person = %s", [beneficiary, person])
    row = cursor.fetchone()
    return str(row[0]) if row else None
