"""The audit trail: who did what, or was not let; append-only, each entry linked to the one before.

Every service keeps its own, in its own database. An entry's hash covers its members and the hash
before it, so an entry changed, removed or put in later is found by `verify`. Entries are written
under one lock per database, taken last in a transaction: these are logins, refusals and staff
actions, never customers' payments.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads annotations while the program runs
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import clock, logging, settings
from arhan.kernel.database import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

DONE = "done"
REFUSED = "refused"
BEGUN = "begun"
"""Staff actions leave a trace before they run; what follows says how they ended."""

_LOCK = 0x0A12_4AD1
_FIRST_HASH = b"\0" * 32
_MEMBERS = "position, at, actor, role, action, subject, outcome, code, address, request_id, details"
_INSERT = (
    "INSERT INTO audit_entry (position, at, actor, role, action, subject, outcome, code, address,"
    " request_id, details, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did, or tried to do."""

    action: str
    """Dotted and in the past tense (`session.opened`), or method and path of a route."""
    outcome: str = DONE
    actor: str = ""
    """Id of the person or name of the service; empty for a stranger."""
    role: str = ""
    subject: str = ""
    """Id of what it was done to."""
    code: str = ""
    """Of the refusal."""
    address: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed as it stands in the trail."""

    position: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    outcome: str
    code: str
    address: str
    request_id: str
    details: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the trail is as it was written."""

    entries: int
    head: str
    """Hash of the last entry: whoever kept an earlier one elsewhere can compare."""
    broken_at: int | None
    """Position of the first entry that does not follow from the one before it."""


def record(cursor: Any, deed: Deed) -> None:
    """Append an entry in the caller's transaction; call it last, it waits for other writers.

    `cursor` is Django's or psycopg's.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    cursor.execute("SELECT position, hash FROM audit_entry ORDER BY position DESC LIMIT 1")
    position, previous = cursor.fetchone() or (0, _FIRST_HASH)
    members = (
        position + 1,
        clock.now(),
        deed.actor,
        deed.role,
        deed.action,
        deed.subject,
        deed.outcome,
        deed.code,
        deed.address,
        logging.request_id(),
        msgspec.json.encode(deed.details, order="sorted").decode(),
    )
    cursor.execute(_INSERT, (*members, _link(bytes(previous), members)))


def _link(previous: bytes, members: tuple[Any, ...]) -> bytes:
    position, at, *rest, details = members
    canonical = [position, clock.rfc3339(at), *rest, msgspec.json.decode(details)]
    return hashlib.sha256(previous + msgspec.json.encode(canonical, order="sorted")).digest()


class Recorder:
    """Appends entries outside of anybody's transaction, over one connection kept for it."""

    def __init__(self, database_url: str, *, application: str) -> None:
        """Connects with the first entry."""
        self._url = database_url
        self._application = application
        self._connection: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    def write(self, deed: Deed) -> None:
        """Append an entry, committed by itself; blocks. Raises psycopg.Error if it cannot be kept."""
        with self._lock:
            if self._connection is None or self._connection.broken:
                self._connection = connect(self._url, application=self._application)
            with self._connection.transaction(), self._connection.cursor() as cursor:
                record(cursor, deed)


@lru_cache
def recorder(service: str) -> Recorder:
    """The one recorder of this process."""
    return Recorder(settings.load(service).database_url, application=f"{service}-audit")


def verify(cursor: Any) -> Verification:
    """Recompute every link, oldest first."""
    previous, position = _FIRST_HASH, 0
    for members, found in _rows(cursor):
        if members[0] != position + 1 or _link(previous, members) != found:
            return Verification(position, previous.hex(), position + 1)
        previous, position = found, members[0]
    return Verification(position, previous.hex(), None)


def read_all(cursor: Any) -> Iterator[Entry]:
    """Every entry, oldest first, page by page."""
    for members, found in _rows(cursor):
        yield _entry(members, found)


def _rows(cursor: Any) -> Iterator[tuple[tuple[Any, ...], bytes]]:
    position = 0
    while True:
        cursor.execute(
            f"SELECT {_MEMBERS}, hash FROM audit_entry WHERE position > %s ORDER BY position LIMIT {_PAGE}",  # noqa: S608 - our own words
            (position,),
        )
        page = cursor.fetchall()
        if not page:
            return
        for row in page:
            yield tuple(row[:-1]), bytes(row[-1])
        position = page[-1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which entries to find; empty members match everything."""

    actor: str = ""
    subject: str = ""
    action: str = ""
    """The beginning of an action."""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Position to continue from."""
    limit: int = 50


def search(cursor: Any, wanted: Search) -> list[Entry]:
    """Entries that match, newest first."""
    conditions = {
        "actor = %s": wanted.actor,
        "subject = %s": wanted.subject,
        "starts_with(action, %s)": wanted.action,
        "outcome = %s": wanted.outcome,
        "at >= %s": wanted.since,
        "at < %s": wanted.until,
        "position < %s": wanted.before,
    }
    chosen = {condition: value for condition, value in conditions.items() if value not in {"", None}}
    where = " AND ".join(chosen) or "true"
    cursor.execute(
        f"SELECT {_MEMBERS}, hash FROM audit_entry WHERE {where} ORDER BY position DESC LIMIT %s",  # noqa: S608 - conditions are our own words
        (*chosen.values(), wanted.limit),
    )
    return [_entry(tuple(row[:-1]), bytes(row[-1])) for row in cursor.fetchall()]


def _entry(members: tuple[Any, ...], found: bytes) -> Entry:
    return Entry(*(*members[:-1], msgspec.json.decode(members[-1]), found.hex()))
