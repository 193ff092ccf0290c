"""What a process counts and times, and how far its service's events have come, for Prometheus.

`/metrics` of every office and engine; the gateway does not let it out. Counting costs a request a
few microseconds. What the database must be asked (outbox, inbox, money) is asked when Prometheus
does, by offices only.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector

from arhan.kernel import logging, settings
from arhan.kernel.database import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

log = logging.get_logger(__name__)

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

REQUESTS = Histogram(
    "arhan_request_seconds",
    "Requests answered, and how long it took.",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
REFUSALS = Counter("arhan_refusals", "Requests refused, by code.", ["code"], registry=REGISTRY)
OUTCOMES = Counter(
    "arhan_outcomes",
    "Commands to the posting engine by outcome: posted, or the code of the refusal.",
    ["outcome"],
    registry=REGISTRY,
)
BATCHES = Histogram(
    "arhan_batch_items",
    "Items that travelled together in one batch.",
    ["batch"],
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000),
    registry=REGISTRY,
)

Measure = tuple[str, str, str, str]
"""Name, what it means, label, and the query: rows of (label's value, figure)."""
OUTBOX: tuple[Measure, ...] = (
    (
        "arhan_outbox_oldest_seconds",
        "Age of the oldest event that has no position yet.",
        "",
        "SELECT '', coalesce(extract(epoch FROM now() - min(event_at)), 0) FROM outbox WHERE position IS NULL",
    ),
    (
        "arhan_outbox_waiting",
        "Events that have no position yet.",
        "",
        "SELECT '', count(*) FROM outbox WHERE position IS NULL",
    ),
    (
        "arhan_outbox_position",
        "Position of the newest event; what subscribers lag behind.",
        "",
        "SELECT '', coalesce(max(position), 0) FROM outbox",
    ),
)
INBOX: tuple[Measure, ...] = (
    (
        "arhan_inbox_position",
        "How far a publisher's events are applied; its arhan_outbox_position less this is the lag.",
        "publisher",
        "SELECT publisher, position FROM inbox_cursor",
    ),
)
MONEY: dict[str, tuple[Measure, ...]] = {
    "account": (
        (
            "arhan_books_imbalance",
            "Sum over all accounts, minor units: anything but 0 is a broken invariant.",
            "currency",
            "SELECT currency, sum(balance) FROM balance GROUP BY currency",
        ),
    ),
}
MONEY_AGE_S = 30.0
"""Adding all balances up is work: no more often than this, however often Prometheus asks."""


@lru_cache(maxsize=4096)
def _requests(method: str, route: str, status: int) -> Any:
    return REQUESTS.labels(method, route, str(status))


@lru_cache(maxsize=1024)
def _refusals(code: str) -> Any:
    return REFUSALS.labels(code)


@lru_cache(maxsize=1024)
def _outcomes(outcome: str) -> Any:
    return OUTCOMES.labels(outcome)


@lru_cache(maxsize=64)
def _batches(name: str) -> Any:
    return BATCHES.labels(name)


def answered(*, method: str, route: str, status: int, seconds: float) -> None:
    """A request of this route (with its `{names}`, never with ids) was answered."""
    _requests(method, route, status).observe(seconds)


def refused(code: str) -> None:
    """A request was answered with this refusal."""
    _refusals(code).inc()


def came_out(outcomes: Iterable[str]) -> None:
    """Commands to the posting engine ended like this."""
    for outcome in outcomes:
        _outcomes(outcome).inc()


def travelled(name: str, *, items: int) -> None:
    """A batch of so many items was handed in."""
    _batches(name).observe(items)


class Standing:
    """What only the database knows, asked when Prometheus asks; one service's."""

    def __init__(self, service: str, *, depth: Callable[[], float | None]) -> None:
        """`depth` is the number of tasks waiting in the service's queue, None when nobody says."""
        self._service = service
        self._depth = depth
        self._money: list[GaugeMetricFamily] = []
        self._money_until = 0.0

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Figures of this moment; none of those that cannot be had."""
        here = settings.load(self._service)
        try:
            with connect(here.database_url, application=f"{self._service}-metrics") as database:
                yield from _ask(database, (*(OUTBOX if here.service.publishes else ()), *INBOX))
                yield from self._balance(database)
        except psycopg.Error as error:
            log.warning("metrics_incomplete", error=str(error))
        depth = self._depth()
        if depth is not None:
            yield _gauge("arhan_queue_waiting", "Tasks in the service's queue.", "", [("", depth)])

    def _balance(self, database: psycopg.Connection[Any]) -> list[GaugeMetricFamily]:
        if time.monotonic() > self._money_until:
            self._money = list(_ask(database, MONEY.get(self._service, ())))
            self._money_until = time.monotonic() + MONEY_AGE_S
        return self._money


def _ask(database: psycopg.Connection[Any], measures: Iterable[Measure]) -> Iterator[GaugeMetricFamily]:
    for name, meaning, label, query in measures:
        yield _gauge(name, meaning, label, database.execute(query.encode()).fetchall())


def _gauge(name: str, meaning: str, label: str, rows: Iterable[tuple[str, Any]]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, meaning, labels=[label] if label else [])
    for value, figure in rows:
        found.add_metric([value] if label else [], float(figure))
    return found


def watch(service: str) -> None:
    """Let this process's /metrics say how its service stands as well."""
    from arhan.kernel.queue_depth import waiting  # noqa: PLC0415 - a client of the broker, for offices only

    if service not in _watched:
        REGISTRY.register(Standing(service, depth=lambda: waiting(service)))
        _watched.add(service)


_watched: set[str] = set()


def page() -> bytes:
    """Everything, in Prometheus' text format."""
    return bytes(generate_latest(REGISTRY))
