"""A subscriber of the tests' own: a real Celery worker that writes down what it hears.

    python -m tests.integration.kernel.listener

It takes the ledger's queue and cursor. An event whose name begins with `slow` takes for ever, once;
with `slow query` it is the database that does.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from arhan import topology
from arhan.kernel import broker, events, logging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.kernel.outbox import Event

HEARD = "CREATE TABLE IF NOT EXISTS heard (id bigserial, position bigint, subject text)"
"""No unique key: what is applied twice shows."""


@contextmanager
def begin() -> Iterator[psycopg.Cursor[Any]]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
        yield cursor


def apply(cursor: psycopg.Cursor[Any], heard: Sequence[Event]) -> None:
    for event in heard:
        cursor.execute(
            "INSERT INTO heard (position, subject) VALUES (%s, %s)", (event.position, event.subject)
        )
    marker = Path(os.environ["SLOW_MARKER"])
    for event in heard:
        if event.subject.startswith("slow") and not marker.exists():
            marker.touch()
            if "query" in event.subject:
                cursor.execute("SELECT pg_sleep(600)")
            time.sleep(600)


def main() -> None:
    logging.configure("listener")
    broker.VISIBILITY_S = int(os.environ.get("VISIBILITY_S", broker.VISIBILITY_S))
    if "POLLING_INTERVAL_S" in os.environ:
        _poll_every(float(os.environ["POLLING_INTERVAL_S"]))
    app = broker.worker_app("ledger")
    events.hear(app, service="ledger", begin=begin, apply=apply)
    raise SystemExit(broker.work(app, topology.service("ledger")))


def _poll_every(seconds: float) -> None:
    options = broker._transport_options
    broker._transport_options = lambda *a, **k: options(*a, **k) | {"polling_interval": seconds}


if __name__ == "__main__":
    main()
