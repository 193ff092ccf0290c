"""Revocations, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from arhan.identity.models import Revocation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_LOCK = 0x0A12_4EE0


def insert(sessions: Sequence[str], *, until: datetime) -> None:
    """Revoke what these sessions gave out; by `until` it has expired anyway.

    Writers take turns until they commit, so that ids appear in order and no reader skips one.
    """
    if not sessions:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    Revocation.objects.bulk_create([Revocation(session=session, until=until) for session in sessions])


_NEWS = """
SELECT (SELECT coalesce(string_agg(kid, ' ' ORDER BY kid), '') FROM signing_key
         WHERE published_until IS NULL OR published_until > now()),
       id, session, extract(epoch FROM until)::float8
  FROM (SELECT 1) AS always LEFT JOIN revocation ON id > %s AND until > now()
 ORDER BY id
"""


def list_after(after: int) -> tuple[str, list[tuple[int, str, float]]]:
    """The key ids published now, and revocations after this one that may concern a living token.

    Plain SQL and one query, because every process of the bank asks this all the time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, (after,))
        rows = cursor.fetchall()
    return rows[0][0], [(row[1], row[2], row[3]) for row in rows if row[1] is not None]


def delete_expired(now: datetime) -> int:
    """Sweep those no living token can be concerned by; how many. The newest stays, as the mark to count from."""
    newest = Revocation.objects.order_by("-id").values("id")[:1]
    deleted, _ = Revocation.objects.filter(until__lt=now).exclude(id__in=newest).delete()
    return deleted
