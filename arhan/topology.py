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
        calls=("account", "payment"),
        scopes=("account:read", "account:feed", "payment:feed"),
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


@dataclass(frozen=True)
class Process:
    """One program of the bank; where there are several replicas, each runs the same."""

    kind: ProcessKind
    service: Service | None = None
    """Whose it is; the beat is nobody's."""

    @property
    def name(self) -> str:
        """What the launcher calls it: `account.office`."""
        return f"{self.service.name}.{self.kind}" if self.service else self.kind

    @property
    def host(self) -> str:
        """Name of its container, and host name of its replicas; an office is called like its service."""
        if self.service is None:
            return self.kind
        return self.service.name if self.kind == "office" else f"{self.service.name}-{self.kind}"

    @property
    def command(self) -> tuple[str, ...]:
        """What follows `arhan` to run it."""
        return (self.kind, self.service.name) if self.service else (self.kind,)

    @property
    def port(self) -> int | None:
        """Default port, if it listens."""
        if self.service is None or self.kind not in {"office", "engine"}:
            return None
        return self.service.port if self.kind == "office" else self.service.engine_port

    @property
    def interface(self) -> Literal["wsgi", "asgi"]:
        """How the server calls it, if it listens."""
        return (
            "wsgi" if self.kind == "office" and self.service and self.service.interface == "wsgi" else "asgi"
        )

    @property
    def target(self) -> str:
        """What the server loads, if it listens."""
        module = "engine" if self.kind == "engine" else self.interface
        return f"{self.service.package}.{module}:application" if self.service else ""


BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}

GATEWAY_PORT = 8080
GATEWAY_TLS_PORT = 8443
"""Where the gateway speaks TLS, if it does; the other port then only sends people here."""
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


def processes_of(one: Service) -> tuple[Process, ...]:
    """Everything that runs for one service."""
    kinds: dict[ProcessKind, bool] = {
        "office": True,
        "engine": one.engine_port is not None,
        "worker": one.worker,
        "relay": one.publishes,
    }
    return tuple(Process(kind, one) for kind, runs in kinds.items() if runs)


BEAT = Process("beat")
PROCESSES: tuple[Process, ...] = (*(p for s in SERVICES for p in processes_of(s)), BEAT)
"""Everything that runs, besides the gateway, the databases and the broker."""
