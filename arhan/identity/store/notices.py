"""Notices, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.identity.models import Letter, Notification, NotificationChoice, Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

COUNTED_TO = 100
"""More unread ones than this nobody counts."""

_INSERT = """
INSERT INTO notification (id, person_id, cause, kind, subject, amount, currency, state, name, due_on,
                          shown, created_at)
SELECT id, person_id, cause, kind, subject, amount, currency, state, name, due_on, shown, %s
FROM json_to_recordset(%s::json) AS new (id text, person_id text, cause text, kind text, subject text,
    amount bigint, currency text, state text, name text, due_on text, shown boolean)
ON CONFLICT (person_id, cause) DO NOTHING RETURNING id
"""
_COUNT = """
SELECT count(*) FROM (SELECT 1 FROM notification
                      WHERE person_id = %s AND shown AND read_at IS NULL LIMIT %s) AS unread
"""


def people_of(ids: Collection[str]) -> dict[str, Person]:
    """The people of these ids, as far as a notice needs them."""
    found = Person.objects.filter(id__in=ids).only("id", "first_name", "last_name", "email")
    return {person.id: person for person in found}


def choices_of(ids: Collection[str]) -> dict[tuple[str, str], NotificationChoice]:
    """What these people chose, by person and topic."""
    found = NotificationChoice.objects.filter(person_id__in=ids)
    return {(choice.person_id, choice.topic): choice for choice in found}


def insert(cursor: Any, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> set[str]:
    """Keep these; the ids of those that were not told before."""
    cursor.execute(_INSERT, [now, msgspec.json.encode(rows).decode()])
    return {row[0] for row in cursor.fetchall()}


def insert_letters(letters: Iterable[Letter]) -> None:
    """Letters to send."""
    Letter.objects.bulk_create(letters)


def list_of(person_id: str, *, after: str, unread: bool, limit: int) -> list[Notification]:
    """What somebody was told, newest first."""
    found = _shown(person_id)
    found = found.filter(read_at__isnull=True) if unread else found
    found = found.filter(id__lt=after) if after else found
    return list(found.order_by("-id")[:limit])


def count_unread(cursor: Any, person_id: str) -> int:
    """How many somebody has not read, COUNTED_TO at most."""
    cursor.execute(_COUNT, [person_id, COUNTED_TO])
    return int(cursor.fetchone()[0])


def mark_read(person_id: str, notification_id: str, *, now: datetime) -> bool:
    """It was read, the first time counts; False when it is not this person's."""
    found = _shown(person_id).filter(id=notification_id)
    return bool(found.filter(read_at__isnull=True).update(read_at=now)) or found.exists()


def mark_all_read(person_id: str, *, through: str, now: datetime) -> int:
    """Everything up to this one was read; how many were not before."""
    return _shown(person_id).filter(read_at__isnull=True, id__lte=through).update(read_at=now)


def delete_older_than(first: str) -> int:
    """Forget what was told before this id was made; how many."""
    return Notification.objects.filter(id__lt=first).delete()[0]


def keep_choices(choices: Sequence[NotificationChoice]) -> None:
    """What somebody chose takes the place of what they chose before."""
    NotificationChoice.objects.bulk_create(
        choices,
        update_conflicts=True,
        unique_fields=["person_id", "topic"],
        update_fields=["in_app", "email"],
    )


def _shown(person_id: str) -> QuerySet[Notification]:
    return Notification.objects.filter(person_id=person_id, shown=True)
