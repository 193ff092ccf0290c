"""Payments added up, for charts: a customer's months and payees, the bank's hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arhan.kernel.ids import first_id

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Month:
    """What one person received and sent in a calendar month (UTC), in minor units."""

    month: date
    currency: str
    received: int
    sent: int


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom one person paid how much, in minor units."""

    number: str
    name: str
    currency: str
    sent: int
    payments: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What went out in one way, in minor units."""

    kind: str
    currency: str
    sent: int
    payments: int


@dataclass(frozen=True, slots=True)
class Hour:
    """How many orders of one kind came to one end in an hour, and what they add up to."""

    hour: datetime
    kind: str
    status: str
    code: str
    currency: str
    payments: int
    amount: int


_MOVED = "CASE kind WHEN 'card_payment' THEN captured ELSE amount END"
_WHOLE = "kind NOT IN ('card_capture', 'card_release')"
"""What is part of a card payment is added up with it."""

_MONTHS = f"""
    SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, currency,
           sum(received)::bigint, sum(sent)::bigint
    FROM (
        SELECT created_at, currency, 0 AS received, {_MOVED} AS sent FROM payment_order
        WHERE payer_customer = %(customer)s AND payee_customer <> %(customer)s
          AND id >= %(since)s AND state = 'completed' AND {_WHOLE}
        UNION ALL
        SELECT created_at, currency, {_MOVED}, 0 FROM payment_order
        WHERE payee_customer = %(customer)s AND payer_customer <> %(customer)s
          AND id >= %(since)s AND state = 'completed' AND {_WHOLE}
    ) AS moved
    GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608 - our own words

_PAYEES = """
    SELECT payee_number, max(payee_name), currency, sum(amount)::bigint, count(*)
    FROM payment_order
    WHERE payer_customer = %(customer)s AND payee_customer <> %(customer)s AND kind = 'transfer'
      AND id >= %(since)s AND state = 'completed'
    GROUP BY payee_number, currency ORDER BY 4 DESC LIMIT %(limit)s"""

_SPENDING = """
    SELECT kind, currency, sum(amount)::bigint, count(*)
    FROM payment_order
    WHERE payer_customer = %(customer)s AND payee_customer <> %(customer)s
      AND id >= %(since)s AND state = 'completed'
    GROUP BY kind, currency ORDER BY 3 DESC"""

_HOURS = """
    SELECT date_trunc('hour', created_at), kind, state, code, currency, count(*), sum(amount)::bigint
    FROM payment_order WHERE id >= %(since)s
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"""


def add_up_months(cursor: Any, *, customer: str, since: datetime) -> list[Month]:
    """By month and currency, oldest first; both sides come from an index."""
    cursor.execute(_MONTHS, {"customer": customer, "since": first_id("pay", since)})
    return [Month(*row) for row in cursor.fetchall()]


def list_payees(cursor: Any, *, customer: str, since: datetime, limit: int) -> list[Payee]:
    """Whom somebody paid most, largest sum first."""
    told = {"customer": customer, "since": first_id("pay", since), "limit": limit}
    cursor.execute(_PAYEES, told)
    return [Payee(*row) for row in cursor.fetchall()]


def list_spending(cursor: Any, *, customer: str, since: datetime) -> list[Spending]:
    """In which ways somebody's money went out, largest sum first."""
    cursor.execute(_SPENDING, {"customer": customer, "since": first_id("pay", since)})
    return [Spending(*row) for row in cursor.fetchall()]


def count_hours(cursor: Any, *, since: datetime) -> list[Hour]:
    """Everybody's orders since then by hour, kind, state and code; ids begin with the time."""
    cursor.execute(_HOURS, {"since": first_id("pay", since)})
    return [Hour(*row) for row in cursor.fetchall()]
