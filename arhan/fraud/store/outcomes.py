"""What became of attempts: kept per payment, and brought into the histories they concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from psycopg import sql

from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.domain.screening import PayerKey
from arhan.fraud.store import locks
from arhan.fraud.store.decisions import (
    DECISION_COLUMNS,
    OPEN_CASES,
    SAVE_HISTORIES,
    case_columns,
    decision_row,
    history_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from psycopg import Cursor

    from arhan.contracts.payment import OrderSettled
    from arhan.fraud.domain.outcomes import Paid
    from arhan.fraud.domain.screening import Decided

_KEEP = """
INSERT INTO payment_outcome (payment, status, code, settled_at)
SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[])
ON CONFLICT (payment) DO UPDATE
SET status = excluded.status, code = excluded.code, settled_at = excluded.settled_at
"""

_KNOW_PAYEES = """
INSERT INTO pair_history (payer_customer, payee_account, first_paid_at, last_paid_at, payments)
SELECT * FROM unnest(%b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::bigint[])
ON CONFLICT (payer_customer, payee_account) DO UPDATE SET
    first_paid_at = least(pair_history.first_paid_at, excluded.first_paid_at),
    last_paid_at = greatest(pair_history.last_paid_at, excluded.last_paid_at),
    payments = pair_history.payments + excluded.payments
"""

_COUNTED = """
SELECT DISTINCT ON (payment) payment, outcome, decided_at
FROM decision WHERE payment = ANY(%b::text[]) AND decided_by = '' ORDER BY payment, revision DESC
"""
"""The rules' newest decision about a payment is the one its payer's history counts."""

_HISTORIES = """
SELECT customer, currency, history::text FROM payer_history
JOIN unnest(%b::text[], %b::text[]) AS wanted (customer, currency) USING (customer, currency)
"""

_WITHOUT_CASE = """
SELECT payment, coalesce((SELECT max(revision) FROM decision d WHERE d.payment = held.payment), 0)
FROM unnest(%b::text[]) AS held (payment)
WHERE NOT EXISTS (SELECT FROM fraud_case c WHERE c.payment = held.payment)
"""

_KEEP_DECISION = sql.SQL("INSERT INTO decision ({}) VALUES ({})").format(
    sql.SQL(", ").join(map(sql.Identifier, DECISION_COLUMNS)),
    sql.SQL(", ").join(sql.Placeholder() * len(DECISION_COLUMNS)),
)

_decode_history = msgspec.json.Decoder(PayerHistory).decode


def keep_outcomes(cursor: Cursor[Any], outcomes: Mapping[str, tuple[str, str, datetime]]) -> None:
    """Payment id -> status, code, moment; the newest word about a payment wins."""
    rows = outcomes.values()
    columns = (list(outcomes), [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])
    cursor.execute(_KEEP, columns)


def know_payees(cursor: Cursor[Any], paid: Sequence[Paid]) -> None:
    """Money reached these payees; one row per pair, in one order for everybody."""
    ordered = sorted(paid, key=lambda found: (found.payer_customer, found.payee_account))
    cursor.execute(
        _KNOW_PAYEES,
        (
            [found.payer_customer for found in ordered],
            [found.payee_account for found in ordered],
            [found.first_at for found in ordered],
            [found.last_at for found in ordered],
            [found.payments for found in ordered],
        ),
    )


def without_case(cursor: Cursor[Any], payments: Sequence[str]) -> dict[str, int]:
    """Those of these payments that never had a case, with the revision of the decision that stands."""
    cursor.execute(_WITHOUT_CASE, (payments,))
    return dict(cursor.fetchall())


def keep_held(cursor: Cursor[Any], held: Sequence[Decided]) -> None:
    """Decisions that open a case each."""
    cursor.executemany(_KEEP_DECISION, [decision_row(decided) for decided in held])
    cursor.execute(OPEN_CASES, case_columns(held))


def counted_at(cursor: Cursor[Any], orders: Sequence[OrderSettled]) -> dict[str, datetime]:
    """When those of these payments were counted that we did not decline ourselves."""
    cursor.execute(_COUNTED, ([order.id for order in orders],))
    return {payment: at for payment, outcome, at in cursor.fetchall() if outcome != "decline"}


def lock_histories(cursor: Cursor[Any], keys: Iterable[PayerKey]) -> dict[PayerKey, PayerHistory]:
    """Payers' histories, which nobody else changes until the transaction ends."""
    wanted = sorted(set(keys))
    cursor.execute(locks.TAKE, ([locks.history_lock(key) for key in wanted],))
    cursor.execute(_HISTORIES, ([key.customer for key in wanted], [key.currency for key in wanted]))
    return {
        PayerKey(customer, currency): _decode_history(history)
        for customer, currency, history in cursor.fetchall()
    }


def save_histories(cursor: Cursor[Any], histories: Mapping[PayerKey, PayerHistory]) -> None:
    """Write payers' histories back; the caller holds their locks."""
    cursor.execute(SAVE_HISTORIES, history_columns(histories))
