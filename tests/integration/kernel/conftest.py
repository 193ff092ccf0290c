"""One publisher and one subscriber with real databases, between them a real broker of either kind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.kernel import broker, outbox
from arhan.kernel.outbox import Fact
from tests import postgres, rabbitmq
from tests.bank import eventually
from tests.integration.kernel.listener import HEARD
from tests.ledger_house import empty
from tests.siblings import Siblings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from celery import Celery

    from tests.postgres import Databases


class Happened(Fact, frozen=True, kw_only=True):
    """Something the ledger hears of from account."""

    name: str
    detail: str = ""

    @classmethod
    def event_type(cls) -> str:
        return "account.account.opened"

    def event_subject(self) -> str:
        return self.name


class Unheard(Happened, frozen=True, kw_only=True):
    """Something nobody subscribes to."""

    @classmethod
    def event_type(cls) -> str:
        return "account.account.status_changed"


@dataclass
class Line:
    """From one outbox, over one broker, to one inbox."""

    databases: Databases
    broker_url: str
    siblings: Siblings
    home: Path
    stack: ExitStack
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def begin(self) -> psycopg.Connection[Any]:
        """A connection to the publisher's database."""
        return psycopg.connect(self.databases.url("account"))

    def publish(self, *names: str, kind: type[Happened] = Happened) -> None:
        """Things happen, in one transaction."""
        with self.begin() as database, database.cursor() as cursor:
            outbox.publish(cursor, [kind(name=name) for name in names])

    def heard(self) -> list[str]:
        """What the subscriber applied, in order."""
        return [subject for _, subject in self.heard_with_positions()]

    def heard_with_positions(self) -> list[tuple[int, str]]:
        with psycopg.connect(self.databases.url("ledger")) as database:
            return database.execute("SELECT position, subject FROM heard ORDER BY id").fetchall()

    def wait_for(self, *names: str) -> None:
        """Until the subscriber has applied exactly these, in this order."""
        eventually(lambda: len(self.heard()) >= len(names), what=f"{names[-1]}")
        assert self.heard() == list(names)

    def position(self) -> int:
        """The last position given out by the relay."""
        with self.begin() as database, database.cursor() as cursor:
            return outbox.last_position(cursor)

    def start_relay(self, **variables: str) -> subprocess.Popen[bytes]:
        return self._start(
            "arhan.runner.relay", "account", DATABASE_URL=self.databases.url("account"), **variables
        )

    def start_listener(self, **variables: str) -> subprocess.Popen[bytes]:
        marker = str(self.home / "slow")
        return self._start("tests.integration.kernel.listener", SLOW_MARKER=marker, **variables)

    def _start(self, module: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        ready = self.home / f"ready-{len(self.processes)}"
        told = self.environment() | {"ARHAN_READY_FILE": str(ready)} | variables
        process = subprocess.Popen([sys.executable, "-m", module, *arguments], env=told)
        self.processes.append(process)
        self.stack.callback(kill, process)  # whatever it still does, nobody waits for it any more
        return process

    def environment(self) -> dict[str, str]:
        return (
            os.environ
            | self.siblings.environment()
            | {
                "DATABASE_URL": self.databases.url("ledger"),
                "CELERY_BROKER_URL": self.broker_url,
                "SECRET_KEY": "test",
                "ARHAN_CLIENT_SECRET": "ledger-secret",
                "ARHAN_HOME": str(self.home),
            }
        )

    def app(self) -> Celery:
        """An application of the test's own on the same broker."""
        app = broker.make_app("test", self.broker_url)
        self.stack.callback(app.close)
        return app

    def tick(self) -> None:
        """The clock says: read the feed."""
        broker.send(self.app(), broker.catch_up_task("ledger"), to="ledger", arguments={})

    def purge(self) -> int:
        """Somebody empties the subscriber's queue."""
        with self.app().connection_for_write() as connection:
            return int(connection.default_channel.queue_purge("arhan.ledger") or 0)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=60)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As the power cut does."""
    process.kill()
    process.wait(timeout=60)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with postgres.running(migrated=True) as found:
        with psycopg.connect(found.url("ledger")) as database:
            database.execute(HEARD)
        yield found


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    with rabbitmq.running() as url:
        yield url


@pytest.fixture
def clean(databases: Databases) -> Databases:
    for service in ("ledger", "account"):
        empty(databases.superuser_url(service))
    return databases


@contextmanager
def open_line(databases: Databases, broker_url: str, home: Path) -> Iterator[Line]:
    with ExitStack() as stack:
        serving = Siblings.serving(publisher="account", publisher_database=databases.url("account"))
        line = Line(databases, broker_url, stack.enter_context(serving), home, stack)
        app = line.app()
        with app.connection_for_write() as connection:
            app.amqp.queues["arhan.ledger"](connection.default_channel).declare()
        line.purge()
        yield line


@pytest.fixture(params=["pgmq", "rabbitmq"])
def line(request: pytest.FixtureRequest, clean: Databases, tmp_path: Path) -> Iterator[Line]:
    url = clean.broker_url if request.param == "pgmq" else request.getfixturevalue("rabbitmq_url")
    with open_line(clean, url, tmp_path) as opened:
        yield opened


@pytest.fixture
def rabbitmq_line(clean: Databases, rabbitmq_url: str, tmp_path: Path) -> Iterator[Line]:
    with open_line(clean, rabbitmq_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def embedded_line(clean: Databases, tmp_path: Path) -> Iterator[Line]:
    with open_line(clean, clean.broker_url, tmp_path) as opened:
        yield opened


def still(seconds: float) -> None:
    """Time in which something must not happen."""
    time.sleep(seconds)
