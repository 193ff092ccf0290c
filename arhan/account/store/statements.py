"""Statements, as rows: made for all accounts at once, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from arhan.account.models import Statement

if TYPE_CHECKING:
    from datetime import date, datetime

_STATE_ALL = """
INSERT INTO statement (account, number, since, until, opening, closing, edge, made_at)
SELECT a.id, coalesce(p.number, 0) + 1,
       coalesce(p.until + 1, least((a.opened_at AT TIME ZONE 'Africa/Lagos')::date, s.first, %(day)s)), %(day)s,
       coalesce(p.closing, 0), coalesce(p.closing, 0) + s.change, coalesce(s.edge, b.sequence + 1), %(now)s
FROM account a
JOIN balance b ON b.account = a.id
LEFT JOIN LATERAL (
    SELECT number, until, closing, edge FROM statement WHERE account = a.id ORDER BY number DESC LIMIT 1
) p ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE e.side WHEN 'credit' THEN e.amount ELSE -e.amount END)
                    FILTER (WHERE m.booking_date <= %(day)s), 0)::bigint AS change,
           min(e.sequence) FILTER (WHERE m.booking_date > %(day)s) AS edge, min(m.booking_date) AS first
    FROM entry e JOIN movement m ON m.id = e.movement
    WHERE e.account = a.id AND e.sequence >= coalesce(p.edge, 1)
      AND (p.until IS NULL OR m.booking_date > p.until)
) s
WHERE a.id = ANY (%(accounts)s) AND (p.until IS NULL OR p.until < %(day)s)
ON CONFLICT DO NOTHING
"""
_DUE = """
SELECT a.id FROM account a JOIN balance b ON b.account = a.id
WHERE a.number IS NOT NULL AND a.customer <> '' AND a.id > %(after)s
  AND ((a.opened_at AT TIME ZONE 'Africa/Lagos')::date <= %(day)s OR EXISTS (
        SELECT FROM entry e JOIN movement m ON m.id = e.movement
        WHERE e.account = a.id AND e.sequence = 1 AND m.booking_date <= %(day)s))
  AND (a.status <> 'closed' OR a.status_changed_at >= %(since)s OR b.sequence >= coalesce(
        (SELECT edge FROM statement s WHERE s.account = a.id ORDER BY s.number DESC LIMIT 1), 1))
  AND NOT EXISTS (SELECT FROM statement s WHERE s.account = a.id AND s.until >= %(day)s)
ORDER BY a.id LIMIT %(limit)s
"""


def list_due(*, day: date, since: date, after: str, limit: int) -> list[str]:
    """Accounts without a statement up to this day, by id; of closed ones those with something to say still."""
    parameters: dict[str, Any] = {"day": day, "since": since, "after": after, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_DUE, parameters)
        return [row[0] for row in cursor.fetchall()]


def state_all(accounts: list[str], *, day: date, now: datetime) -> int:
    """Number the statements of these accounts up to a day; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE_ALL, {"accounts": accounts, "day": day, "now": now})
        return int(cursor.rowcount)


def list_of(account: str, *, before: int, limit: int) -> list[Statement]:
    """An account's statements before this number, newest first."""
    found = Statement.objects.filter(account=account)
    if before:
        found = found.filter(number__lt=before)
    return list(found.order_by("-number")[:limit])


def find(account: str, number: int) -> Statement | None:
    """The statement of this number."""
    return Statement.objects.filter(account=account, number=number).first()
