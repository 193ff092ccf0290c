"""The relay: gives events their positions and hands them to Celery.

One thread per publisher, one leader among replicas (a session-level advisory lock). Woken by
the database's notification, not by polling; a slow tick covers a lost one. Positions never wait for
the broker: what it does not take is dropped, for a while nothing more is offered to it, and
subscribers read the feed.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg

from arhan.contracts.subscriptions import SUBSCRIPTIONS
from arhan.kernel import broker, logging, outbox
from arhan.kernel.database import connect
from arhan.kernel.failpoints import failpoint
from arhan.kernel.inbox import pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celery import Celery

log = logging.get_logger(__name__)

LEADER_LOCK = 0x0A12_4A11
BATCH = 1000
TICK_S = 2.0
GATHER_S = 0.4
"""Turns are this far apart under load, so that one message and one commit carry many events.

A message costs its worker far more than one more event in it does: the workers of ledger and fraud
went from 545 to 55 us of processor time per transfer with larger lists (docs/decisions/0004, 0007)."""
PAUSE_AFTER_FAILURE_S = 1.0
BROKER_REST_S = 15.0
"""How long nothing is offered to a broker that failed; each attempt may take BROKER_PATIENCE_S."""


class Relay:
    """Publishes one service's outbox."""

    def __init__(self, *, publisher: str, database_url: str, app: Celery) -> None:
        """`database_url` is the publisher's own database."""
        self._publisher = publisher
        self._database_url = database_url
        self._app = app
        self._sent_through: dict[str, int] = {}
        self._broker_rests_until = 0.0

    def run(self, stop: threading.Event) -> None:
        """Publish until told to stop; reconnects after any failure."""
        while not stop.is_set():
            try:
                with connect(self._database_url, application=f"{self._publisher}-relay") as database:
                    self._lead(database, stop)
            except psycopg.Error as error:
                log.warning("relay_lost_database", publisher=self._publisher, error=str(error))
                stop.wait(PAUSE_AFTER_FAILURE_S)

    def _lead(self, database: psycopg.Connection[Any], stop: threading.Event) -> None:
        while not stop.is_set() and not _try_lock(database):
            stop.wait(PAUSE_AFTER_FAILURE_S)
        database.execute(f"LISTEN {outbox.CHANNEL}")
        while not stop.is_set():
            began = time.monotonic()
            if self.publish_next(database) < BATCH:
                _wait_for_news(database)
                stop.wait(began + GATHER_S - time.monotonic())

    def publish_next(self, database: psycopg.Connection[Any]) -> int:
        """Number and send one batch; how many events it had."""
        with database.transaction(), database.cursor() as cursor:
            events = outbox.assign_positions(cursor, source=self._publisher, limit=BATCH)
        if not events:
            return 0
        failpoint("relay.positions_committed")
        for subscriber, types in SUBSCRIPTIONS.get(self._publisher, {}).items():
            self._send(subscriber, events, types)
            failpoint("relay.sent_to_one")
        return len(events)

    def _send(self, subscriber: str, events: list[dict[str, Any]], types: tuple[str, ...]) -> None:
        """Send what concerns this subscriber; positions that do not are bridged by the next batch.

        After a failed send nothing bridges the hole, so the subscriber sees a gap and reads the feed.
        """
        first, last = events[0]["position"], events[-1]["position"]
        after = self._sent_through.setdefault(subscriber, first - 1)
        wanted = [event for event in events if event["type"] in types]
        if not wanted:
            return
        self._sent_through[subscriber] = last
        if time.monotonic() < self._broker_rests_until:
            return
        batch = pack(publisher=self._publisher, after=after, through=last, events=wanted)
        try:
            broker.send(self._app, broker.receive_task(subscriber), to=subscriber, arguments={"batch": batch})
        except Exception as error:  # noqa: BLE001 - whatever the broker's driver raises
            log.warning("relay_dropped_batch", subscriber=subscriber, error=str(error))
            self._broker_rests_until = time.monotonic() + BROKER_REST_S


def _wait_for_news(database: psycopg.Connection[Any]) -> None:
    """Until the outbox has something new, or for a tick."""
    for _ in database.notifies(timeout=TICK_S, stop_after=1):
        pass


def _try_lock(database: psycopg.Connection[Any]) -> bool:
    row = database.execute("SELECT pg_try_advisory_lock(%s)", (LEADER_LOCK,)).fetchone()
    return bool(row and row[0])


def run(databases: Mapping[str, str], *, broker_url: str, stop: threading.Event | None = None) -> None:
    """Relay for these publishers (name -> DATABASE_URL) until stopped; blocks."""
    stop = stop or threading.Event()
    app = broker.make_app("relay", broker_url)
    threads = [
        threading.Thread(
            target=Relay(publisher=name, database_url=url, app=app).run,
            args=(stop,),
            name=f"relay-{name}",
        )
        for name, url in databases.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
