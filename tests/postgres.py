"""A database server of the tests' own: the embedded PostgreSQL, in a directory that is thrown away."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan import topology
from arhan.runner import databases, home, keys, postgres, privilege
from tests.bank import copy_migrated, open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

START_LIMIT_S = 60


@dataclass(frozen=True)
class Databases:
    """Every service's database and the queue's, each with its own role, as in a bank that runs."""

    server: postgres.Server
    keys: keys.Keys

    def url(self, service: str) -> str:
        """DATABASE_URL of a service."""
        return databases.service_url(self.server, self.keys, topology.service(service))

    def superuser_url(self, service: str) -> str:
        """The same database for somebody whom no permission stops."""
        return self.server.superuser_url(topology.service(service).database)

    @property
    def broker_url(self) -> str:
        """CELERY_BROKER_URL of the embedded broker."""
        return databases.broker_url(self.server, self.keys)


@contextmanager
def running(*, migrated: bool = False) -> Iterator[Databases]:
    """A server with empty databases, or with every service's tables; stopped and removed afterwards."""
    at = home.Home(open_directory() / "home")
    if migrated:
        copy_migrated(at.path)
    user = privilege.choose_user(data=at.postgres / "18")
    home.prepare(at, user=user)
    secrets = keys.Keys(at)
    server = postgres.embedded_server(at, password=secrets.superuser_password())
    embedded = postgres.Embedded(at, user=user)
    programs = embedded.prepare(password=secrets.superuser_password())
    with (at.logs / "postgres.log").open("wb") as log:
        process = subprocess.Popen(
            embedded.command(programs),
            stdout=log,
            stderr=log,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
        )
    try:
        _wait_until_it_answers(server, process)
        databases.prepare(server, secrets, embedded=True)
        yield Databases(server, secrets)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_LIMIT_S)
        shutil.rmtree(at.path.parent, ignore_errors=True)


def _wait_until_it_answers(server: postgres.Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not postgres.answers(server):
        assert process.poll() is None, "PostgreSQL ended while starting"
        assert time.monotonic() < deadline, "PostgreSQL does not answer"
        time.sleep(0.05)
