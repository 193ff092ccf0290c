"""Name enquiries: counted when asked, completed when answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def begin(
    cursor: Any,
    *,
    enquiry: str,
    person: str,
    number: str,
    at: datetime,
    expires_at: datetime,
    limits: dict[timedelta, int],
) -> bool:
    """Note that a person asks about a number; False when that is once too often.

    One at a time per person (advisory lock until the transaction ends), so nobody outruns the count.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"enquiry {person}"])
    for window, most in limits.items():
        cursor.execute(
            "SELECT count(*) FROM name_enquiry WHERE person = %s AND created_at > %s",
            [person, at - window],
        )
        if cursor.fetchone()[0] >= most:
            return False
    cursor.execute(
        "INSERT INTO name_enquiry (id, person, number, account, name, created_at, expires_at)"
        " VALUES (%s, %s, %s, '', '', %s, %s)",
        [enquiry, person, number, at, expires_at],
    )
    return True


def complete(cursor: Any, *, enquiry: str, account: str, name: str) -> None:
    """Keep what the person was told."""
    cursor.execute("UPDATE name_enquiry SET account = %s, name = %s WHERE id = %s", [account, name, enquiry])
