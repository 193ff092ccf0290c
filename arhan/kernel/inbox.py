"""What a service has heard: each publisher's events, applied once, in order, whole.

The cursor moves in the same transaction as the effect. A batch that is next is applied, one seen
before is acknowledged, and a gap is filled from the publisher's feed, so the broker only makes it
fast, never right.
"""

from __future__ import annotations

import time
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from arhan.kernel import logging, tracing
from arhan.kernel.outbox import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

log = logging.get_logger(__name__)

FEED_PAGE = 2000
CATCH_UP_LIMIT_S = 20.0
"""A subscriber that is far behind reads the feed in several turns, each well under a task's limit."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of one publisher's events: all those of the wanted types in (after, through]."""

    publisher: str
    after: int
    through: int
    events: list[Event]


def pack(*, publisher: str, after: int, through: int, events: Sequence[dict[str, Any]]) -> str:
    """A batch as it travels: compressed, because what a broker carries it also stores.

    Measured with 250 movements: 184 KB become 25, for 2 microseconds of processor time per event.
    """
    batch = {"publisher": publisher, "after": after, "through": through, "events": events}
    return b64encode(zlib.compress(msgspec.json.encode(batch), level=1)).decode()


def unpack(packed: str) -> Batch:
    """The batch again."""
    return msgspec.json.decode(zlib.decompress(b64decode(packed)), type=Batch)


class Feed(Protocol):
    """Reads a publisher's events after a position: one HTTP GET of its feed."""

    def __call__(self, *, publisher: str, after: int, limit: int) -> Batch:
        """The next stretch; an empty one (through == after) when there is nothing new."""


class Inbox:
    """Applies publishers' events to one service.

    `begin` opens a transaction and yields a cursor (psycopg's or Django's); `apply` is the
    service's own effect for a list of events, run in that transaction.
    """

    def __init__(
        self,
        *,
        begin: Callable[[], AbstractContextManager[Any]],
        apply: Callable[[Any, Sequence[Event]], None],
        feed: Feed,
    ) -> None:
        """One inbox per consumer process."""
        self._begin = begin
        self._apply = apply
        self._feed = feed

    def receive(self, batch: Batch) -> None:
        """Apply a delivered batch; fills a gap before it from the feed."""
        if not self._apply_if_next(batch):
            log.info("inbox_gap", publisher=batch.publisher, after=batch.after)
            self.catch_up(batch.publisher)

    def catch_up(self, publisher: str) -> int:
        """Read the feed until there is nothing new, or for a while; how many events were applied."""
        applied, deadline = 0, time.monotonic() + CATCH_UP_LIMIT_S
        while time.monotonic() < deadline:
            batch = self._feed(publisher=publisher, after=self.position(publisher), limit=FEED_PAGE)
            if batch.through == batch.after:
                break
            self._apply_if_next(batch)
            applied += len(batch.events)
        return applied

    def position(self, publisher: str) -> int:
        """How far this publisher's events are applied."""
        with self._begin() as cursor:
            cursor.execute("SELECT position FROM inbox_cursor WHERE publisher = %s", (publisher,))
            row = cursor.fetchone()
            return int(row[0]) if row else 0

    def _apply_if_next(self, batch: Batch) -> bool:
        """One transaction: lock the cursor, apply what is new, move it. False on a gap."""
        with self._begin() as cursor:
            position = _lock_cursor(cursor, batch.publisher)
            if position < batch.after:
                return False
            if position >= batch.through:
                return True
            fresh = [event for event in batch.events if event.position > position]
            if fresh:
                with tracing.events(fresh):
                    self._apply(cursor, fresh)
            cursor.execute(
                "UPDATE inbox_cursor SET position = %s, updated_at = now() WHERE publisher = %s",
                (batch.through, batch.publisher),
            )
            return True


def _lock_cursor(cursor: Any, publisher: str) -> int:
    cursor.execute(
        "INSERT INTO inbox_cursor (publisher, position, updated_at) VALUES (%s, 0, now())"
        " ON CONFLICT (publisher) DO NOTHING",
        (publisher,),
    )
    cursor.execute("SELECT position FROM inbox_cursor WHERE publisher = %s FOR NO KEY UPDATE", (publisher,))
    return int(cursor.fetchone()[0])
