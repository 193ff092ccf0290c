"""The bank's own accounts, as rows; psycopg, because the engine opens them when it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    import psycopg

_ACCOUNTS = """
INSERT INTO account (id, customer, currency, name, status, status_reason, status_changed_by,
                     status_changed_at, opened_at)
VALUES (%s, '', %s, %s, 'active', '', '', %s, %s)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_BALANCES = """
INSERT INTO balance (account, currency, ledger_account, balance, held, floor, sequence,
                     may_debit, may_credit, closed, pin_version)
SELECT %s, %s, %s, 0, 0, NULL, 0, true, true, false, 0
"""


def insert_missing(
    cursor: psycopg.Cursor[Any], accounts: Collection[tuple[str, str, str, str]], *, now: datetime
) -> set[str]:
    """Open those of these accounts (id, currency, name, ledger account) that are not there yet."""
    opened = set()
    for id_, currency, name, ledger_account in accounts:
        if cursor.execute(_ACCOUNTS, (id_, currency, name, now, now)).fetchone():
            cursor.execute(_BALANCES, (id_, currency, ledger_account))
            opened.add(id_)
    return opened
