"""Events are rows written in the same transaction as the change they tell of.

A relay gives them positions and publishes them (relay.py); whoever missed one reads the feed.
Attributes are CloudEvents 1.0: id, source, type, subject, time, data, plus position and
traceparent as extensions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import logging
from arhan.kernel.clock import now
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

CHANNEL = "outbox"
"""PostgreSQL notification channel that wakes the relay; a trigger on the table notifies it."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every event payload in contracts/: what happened, in the publisher's words."""

    @classmethod
    def event_type(cls) -> str:
        """The dotted past-tense name, e.g. `account.movement.posted`."""
        raise NotImplementedError

    def event_subject(self) -> str:
        """The id of what it happened to."""
        raise NotImplementedError


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it travels: CloudEvents 1.0 attributes plus its position."""

    position: int
    id: str
    source: str
    type: str
    subject: str
    time: str
    traceparent: str
    data: dict[str, Any]
    specversion: str = "1.0"


_WRITTEN = ("event_id", "type", "subject", "event_at", "traceparent", "data")
INSERT = f"INSERT INTO outbox ({', '.join(_WRITTEN)})"
GIVEN = (
    "SELECT * FROM json_to_recordset(%s::json) AS event (event_id text, type text, subject text,"
    " event_at timestamptz, traceparent text, data text)"
)
"""The rows of `as_json`, for a statement that makes the change and tells of it in one."""
_INSERT = f"{INSERT} VALUES (%s, %s, %s, %s, %s, %s)"
_COLUMNS = "position, event_id, type, subject, event_at, traceparent, data"
_NUMBER = """
    WITH fresh AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM outbox
                   WHERE position IS NULL ORDER BY id LIMIT %s),
         last AS (SELECT coalesce(max(position), 0) AS position FROM outbox)
    UPDATE outbox SET position = last.position + fresh.n FROM fresh, last WHERE outbox.id = fresh.id
    RETURNING outbox.position, event_id, type, subject, event_at, traceparent, data"""


def rows(facts: Iterable[Fact], *, event_at: datetime | None = None) -> list[tuple[Any, ...]]:
    """The outbox rows of these facts, ready to insert or copy."""
    moment = event_at or now()
    trace = logging.traceparent()
    return [
        (
            new_id("evt"),
            fact.event_type(),
            fact.event_subject(),
            moment,
            trace,
            msgspec.json.encode(fact).decode(),
        )
        for fact in facts
    ]


def publish(cursor: Any, facts: Sequence[Fact], *, event_at: datetime | None = None) -> None:
    """Write events inside the caller's transaction. `cursor` is Django's or psycopg's."""
    if facts:
        cursor.executemany(_INSERT, rows(facts, event_at=event_at))


def as_json(facts: Iterable[Fact]) -> str:
    """The outbox rows of these facts as the one parameter of GIVEN."""
    return msgspec.json.encode([dict(zip(_WRITTEN, row, strict=True)) for row in rows(facts)]).decode()


def read_feed(
    cursor: Any, *, source: str, after: int, limit: int, types: Sequence[str] = ()
) -> tuple[list[Event], int]:
    """Events after a position, oldest first, and the position this answer reaches through.

    With `types` other events are left out, yet counted as reached.
    """
    cursor.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE position > %s ORDER BY position LIMIT %s",  # noqa: S608 - our own words
        (after, limit),
    )
    found = cursor.fetchall()
    through = found[-1][0] if found else after
    wanted = set(types)
    documents = [_document(row, source) for row in found if not wanted or row[2] in wanted]
    return msgspec.json.decode(msgspec.json.encode(documents), type=list[Event]), through


def _document(row: Sequence[Any], source: str) -> dict[str, Any]:
    """An event as it travels; what it says is passed on as it was written, unread."""
    position, event_id, type_, subject, event_at, trace, data = row
    return {
        "position": position,
        "id": event_id,
        "source": f"/{source}",
        "type": type_,
        "subject": subject,
        "time": event_at.isoformat().replace("+00:00", "Z"),
        "traceparent": trace,
        "data": msgspec.Raw(data),
        "specversion": "1.0",
    }


def assign_positions(cursor: Any, *, source: str, limit: int) -> list[dict[str, Any]]:
    """Number the events that became visible since the last turn; the events, ready to be encoded.

    Only the relay that holds the leader lock calls this, so the next number is simply one more
    than the largest, and a position once seen is never followed by a smaller one.
    """
    cursor.execute(_NUMBER, (limit,))
    return [_document(row, source) for row in sorted(cursor.fetchall())]


def last_position(cursor: Any) -> int:
    """The newest position given out."""
    cursor.execute("SELECT coalesce(max(position), 0) FROM outbox")
    row = cursor.fetchone()
    return int(row[0])


def oldest_unpublished_age_s(cursor: Any) -> float:
    """Age in seconds of the oldest event the relay has not numbered yet; 0 when there is none."""
    cursor.execute(
        "SELECT coalesce(extract(epoch FROM now() - min(event_at)), 0) FROM outbox WHERE position IS NULL"
    )
    row = cursor.fetchone()
    return float(row[0])
