"""The one table of what runs: every service, its port, its database, its processes, its queue.

The launcher, compose.yaml, the nginx configuration, the systemd units and the Kubernetes files
are generated from this table or checked against it by a test (tests/repo).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ServiceName = Literal["identity", "account", "ledger", "payment", "frontend", "fraud"]
ProcessKind = Literal["office", "engine", "worker", "relay", "beat"]


@dataclass(frozen=True)
class Service:
    """One sibling: what it listens on, what it owns, which processes it is made of."""

    name: ServiceName
    port: int
    """Default port of the office, the process that answers most HTTP requests."""

    interface: Literal["wsgi", "asgi"] = "wsgi"
    engine_port: int | None = None
    """Default port of the asyncio engine; only the two services that move money have one."""

    engine_routes: tuple[str, ...] = ()
    """Public path patterns (regular expressions below /api/<service>) served by the engine."""

    publishes: bool = True
    """Whether it has an outbox, hence a relay and an event feed."""

    worker: bool = True
    """Whether it has a Celery worker: it hears events or has scheduled work."""

    calls: tuple[ServiceName, ...] = ()
    """Siblings it calls over HTTP; it may get service tokens for these audiences only."""

    scopes: tuple[str, ...] = ()
    """What its service tokens permit at those siblings; each scope reads `<sibling>:<what>`."""

    @property
    def database(self) -> str:
        """Name of its PostgreSQL database, and of the only role that may connect to it."""
        return f"arhan_{self.name}"

    @property
    def database_variable(self) -> str:
        """Environment variable that tells a relay shared by several services where its outbox is."""
        return f"{self.name.upper()}_DATABASE_URL"

    @property
    def queue(self) -> str:
        """The durable queue its worker consumes: events for it and its own scheduled work."""
        return f"arhan.{self.name}"

    @property
    def package(self) -> str:
        """The Python package it lives in."""
        return f"arhan.{self.name}"

    @property
    def url_variable(self) -> str:
        """Environment variable that tells siblings where its office is."""
        return f"{self.name.upper()}_SERVICE_URL"

    @property
    def engine_url_variable(self) -> str:
        """Environment variable that tells siblings where its engine is."""
        return f"{self.name.upper()}_ENGINE_URL"


SERVICES: tuple[Service, ...] = (
    Service(
        "identity",
        8001,
        calls=("account",),
        scopes=("account:read",),
    ),
    Service(
        "account",
        8002,
        engine_port=8012,
        calls=("identity", "payment", "ledger"),
        scopes=("identity:read", "identity:challenge", "payment:instruct", "ledger:read"),
    ),
    Service(
        "ledger",
        8003,
        publishes=False,
        calls=("identity", "account"),
        scopes=("account:read", "account:feed"),
    ),
    Service(
        "payment",
        8004,
        engine_port=8014,
        engine_routes=(
            r"/v1/transfers",
            r"/v1/card-payments(/.*)?",
            r"/v1/batches",
            r"/v1/deposits",
            r"/v1/payments/[^/]+/refund",
        ),
        calls=("identity", "account", "fraud"),
        scopes=(
            "identity:read",
            "identity:challenge",
            "account:move",
            "account:read",
            "account:feed",
            "fraud:decide",
        ),
    ),
    Service(
        "frontend",
        8005,
        publishes=False,
        worker=False,
        calls=("identity", "account", "ledger", "payment", "fraud"),
    ),
    Service(
        "fraud",
        8006,
        interface="asgi",
        calls=("identity", "payment", "account"),
        scopes=("payment:feed", "account:feed"),
    ),
)

BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}

GATEWAY_PORT = 8080
BROKER_DATABASE = "arhan_broker"
"""Embedded mode only: the database whose tables carry Celery's queues (pgmq)."""


def service(name: str) -> Service:
    """The service of that name; KeyError names the ones there are."""
    try:
        return BY_NAME[name]
    except KeyError:
        known = ", ".join(BY_NAME)
        msg = f"no service is called {name!r}; there are {known}"
        raise KeyError(msg) from None
