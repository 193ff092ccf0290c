"""Accounts that are to begin, or to fall asleep: found by what they hold and when somebody last moved them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from datetime import date

_FUNDED = """
SELECT a.id FROM account a JOIN balance b ON b.account = a.id
WHERE a.version = %s AND a.status = 'pending' AND b.balance >= %s ORDER BY a.id LIMIT %s
"""
_SILENT = """
SELECT a.id FROM accrual c JOIN account a ON a.id = c.account
WHERE c.version = %s AND a.status = 'active' AND c.active_on + %s <= %s ORDER BY a.id LIMIT %s
"""


def list_funded(*, version: int, least: int, limit: int) -> list[str]:
    """Pending accounts of a version that hold at least so much."""
    return _ids(_FUNDED, version, least, limit)


def list_silent(*, version: int, on: date, days: int, limit: int) -> list[str]:
    """Active accounts of a version whose holders did nothing for so many days, by that day."""
    return _ids(_SILENT, version, days, on, limit)


def _ids(query: str, *parameters: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [id_ for (id_,) in cursor.fetchall()]
