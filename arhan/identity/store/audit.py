"""The audit trail, from inside identity's transactions."""

from __future__ import annotations

from django.db import connection

from arhan.kernel import audit


def append(deed: audit.Deed) -> None:
    """Append an entry in the caller's transaction; call it last, it waits for other writers."""
    with connection.cursor() as cursor:
        audit.record(cursor, deed)


def append_own(action: str, *, person_id: str, role: str, **details: object) -> None:
    """Append what a person did to their own account; call it last."""
    append(audit.Deed(action=action, actor=person_id, role=role, subject=person_id, details=details))
