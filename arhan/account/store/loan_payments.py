"""Payments ordered for loans, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection, transaction

from arhan.account.models import Account, Balance, LoanPayment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

_ASK_FOR_DUE = """
INSERT INTO loan_payment (key, loan, kind, number, effect, amount, asked_on, asked_at, ask_again_at, state,
                          payment, code, principal, interest, charges, returned)
SELECT l.id || ':' || i.number || ':' || %(on)s, l.id, 'instalment', i.number, '', owed.total, %(on)s,
       %(now)s, %(again)s, 'asked', '', '', 0, 0, 0, 0
FROM loan l
JOIN loan_instalment i ON i.loan = l.id AND i.due_on <= %(on)s
CROSS JOIN LATERAL (
    SELECT i.principal + i.interest + i.fees + i.penalties
           - i.principal_paid - i.interest_paid - i.fees_paid - i.penalties_paid AS total
) owed
WHERE l.state IN ('active', 'charged_off') AND l.next_due_on <= %(on)s AND owed.total > 0
  AND NOT coalesce(%(on)s BETWEEN l.paused_from AND l.paused_until, false)
  AND NOT EXISTS (SELECT 1 FROM loan_payment p WHERE p.loan = l.id AND p.state = 'asked')
  AND NOT EXISTS (
      SELECT 1 FROM loan_payment p WHERE p.key = l.id || ':' || i.number || ':' || %(on)s)
ORDER BY l.id, i.number LIMIT %(limit)s
ON CONFLICT DO NOTHING RETURNING key
"""
_CLAIM = """
UPDATE loan_payment SET ask_again_at = %(again)s WHERE key IN (
    SELECT key FROM loan_payment WHERE state = 'asked' AND ask_again_at <= %(now)s
    ORDER BY ask_again_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING key
"""
_SETTLED = (
    "key",
    "state",
    "payment",
    "code",
    "principal",
    "interest",
    "charges",
    "returned",
    "settled_at",
)
_SAVE = """
UPDATE loan_payment p
SET state = new.state, payment = new.payment, code = new.code, principal = new.principal,
    interest = new.interest, charges = new.charges, returned = new.returned, settled_at = new.settled_at
FROM json_populate_recordset(NULL::loan_payment, %s::json) AS new WHERE p.key = new.key
"""
_BOOKED_ON = "SELECT id, booking_date FROM movement WHERE id = ANY (%s)"


def insert(payment: LoanPayment) -> None:
    """Keep a payment to be ordered."""
    payment.save(force_insert=True)


def ask_for_due(*, on: date, now: datetime, again: datetime, limit: int) -> list[LoanPayment]:
    """Put down a payment for each instalment due by that day and not tried on it yet; set-based.

    Loans that are paused, or have a payment under way, are left for later.
    """
    return _written(_ASK_FOR_DUE, on=on, now=now, again=again, limit=limit)


def claim(*, now: datetime, again: datetime, limit: int) -> list[LoanPayment]:
    """Open payments whose time to be asked for again has come; others leave them alone until `again`."""
    return _written(_CLAIM, now=now, again=again, limit=limit)


def _written(query: str, **parameters: Any) -> list[LoanPayment]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query, parameters)
        keys = [key for (key,) in cursor.fetchall()]
    found = LoanPayment.objects.select_related("loan").filter(key__in=keys)
    return list(found.order_by("loan_id", "number"))


def lock_open(keys: Iterable[str]) -> dict[str, LoanPayment]:
    """Those of these payments that are still open, locked; lock their loans first."""
    found = LoanPayment.objects.select_for_update(no_key=True)
    return {
        payment.key: payment for payment in found.filter(key__in=list(keys), state="asked").order_by("key")
    }


def save(payments: Collection[LoanPayment]) -> None:
    """Keep what became of payments that are locked; one statement."""
    if not payments:
        return
    values = [{name: getattr(payment, name) for name in _SETTLED} for payment in payments]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [msgspec.json.encode(values).decode()])


def find(key: str) -> LoanPayment | None:
    """The payment of this key, with its loan."""
    return LoanPayment.objects.select_related("loan").filter(key=key).first()


def list_of(loan_id: str) -> list[LoanPayment]:
    """Every payment ordered for a loan, oldest first."""
    return list(LoanPayment.objects.filter(loan_id=loan_id).order_by("asked_at", "number"))


def list_open(loan_id: str) -> list[LoanPayment]:
    """Payments of a loan that are put down and not settled."""
    found = LoanPayment.objects.select_related("loan").filter(loan_id=loan_id, state="asked")
    return list(found.order_by("number"))


def count_of(loan_id: str, *, kind: str) -> int:
    """How many payments of this kind were ordered for a loan."""
    return LoanPayment.objects.filter(loan_id=loan_id, kind=kind).count()


def is_under_way(loan_id: str) -> bool:
    """Whether a payment of the loan is open."""
    return LoanPayment.objects.filter(loan_id=loan_id, state="asked").exists()


def booked_on(movements: Collection[str]) -> dict[str, date]:
    """On which business date each of these was booked, where it was."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED_ON, [list(movements)])
        return dict(cursor.fetchall())


def closed_accounts(ids: Collection[str]) -> set[str]:
    """Those of these accounts that take no money any more."""
    return set(
        Balance.objects.filter(account_id__in=ids, may_credit=False).values_list("account_id", flat=True)
    )


def open_receivable(account: Account, balance: Balance) -> None:
    """Keep the account that will carry what a loan owes."""
    account.save(force_insert=True)
    balance.save(force_insert=True)
