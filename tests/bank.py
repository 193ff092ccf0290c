"""A bank of a test's own: the real processes, on free ports, in a directory that is thrown away.

    with Bank.running() as bank:
        httpx.get(f"{bank.gateway}/api/account/v1/products")
        bank.crash("account.engine")        # SIGKILL; started again by itself
        bank.kill("ledger.worker")          # SIGKILL; stays dead …
        bank.start("ledger.worker")         # … until it is started

Processes are called `<service>.office`, `.engine`, `.worker`, and `relay`, `beat`, `gateway`,
`postgres`. The first bank of a run makes empty, migrated databases; every later one copies them.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from arhan import topology
from arhan.runner import databases, home
from arhan.runner.launcher import Launcher
from arhan.runner.nursery import Nursery
from arhan.runner.ports import GATEWAY
from arhan.runner.supervisor import State, last_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from arhan.runner.procfs import Identity

PATIENCE_S = 60.0
LOOK_S = 0.05
SHARED = "ARHAN_TESTS_SHARED"
"""Names the directory that all processes of one run of pytest share."""
SETTINGS = {"ARHAN_PORTS": "auto", "ARHAN_RATE_LIMITS": "off"}
"""Every bank of the tests takes free ports and lets a test knock as fast as it can."""


def eventually(holds: Callable[[], bool], *, within_s: float = PATIENCE_S, what: str = "it") -> None:
    """Wait until something is so; the limit is generous, because speed is not what a test is about."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come about within {within_s:.0f} s"
        time.sleep(LOOK_S)


class Bank:
    """One running bank."""

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        self.home = launcher.home
        self._guard = threading.RLock()
        self._is_closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="bank-watcher", daemon=True)

    @classmethod
    @contextmanager
    def running(
        cls,
        *,
        services: Iterable[str] | None = None,
        environment: Mapping[str, str] | None = None,
        own_nursery: bool = False,
    ) -> Iterator[Self]:
        """A bank with empty databases, its gateway open; `environment` is the operator's settings.

        `own_nursery` for a test that kills it: with the shared one every other bank would die too.
        """
        chosen = frozenset(services or topology.BY_NAME)
        at = home.Home(open_directory() / "home")
        copy_migrated(at.path, services=chosen)
        settings = _clean(os.environ) | SETTINGS | dict(environment or {})
        launcher = Launcher(
            at, services=chosen, settings=settings, nursery=None if own_nursery else _nursery()
        )
        try:
            with home.held(at), launcher:
                launcher.start()
                bank = cls(launcher)
                bank._watcher.start()
                try:
                    yield bank
                finally:
                    bank._is_closing.set()
                    bank._watcher.join()
        finally:
            shutil.rmtree(at.path.parent, ignore_errors=True)

    @property
    def gateway(self) -> str:
        """The origin that clients see."""
        return f"http://127.0.0.1:{self.port(GATEWAY)}"

    @property
    def broker_url(self) -> str:
        """CELERY_BROKER_URL."""
        return self.launcher.site.broker_url

    def port(self, process: str) -> int:
        """The TCP port of an office, an engine or the gateway."""
        return self.launcher.site.ports[process]

    def url(self, process: str) -> str:
        """An office or engine itself, past the gateway."""
        return f"http://127.0.0.1:{self.port(process)}"

    def database_url(self, service: str) -> str:
        """DATABASE_URL of a service, with its own role."""
        site = self.launcher.site
        return databases.service_url(site.server, site.keys, topology.service(service))

    def superuser_url(self, service: str) -> str:
        """The same database for somebody whom no permission stops."""
        return self.launcher.site.server.superuser_url(topology.service(service).database)

    def environment(self, service: str) -> dict[str, str]:
        """What that service's processes are told; enough to run its commands."""
        return self.launcher.site.service(topology.service(service))

    def log(self, process: str, *, lines: int = 50) -> str:
        """The end of a process's log, for a message."""
        return last_lines(self.home.logs / f"{process}.log", count=lines)

    def crash(self, process: str) -> None:
        """Kill it with all it started; the bank starts it again by itself."""
        with self._guard:
            self.launcher.supervisor.kill(process)

    def kill(self, process: str) -> None:
        """Kill it with all it started; it stays dead until `start`."""
        with self._guard:
            self.launcher.supervisor.hold(process)
            self.launcher.supervisor.kill(process)
        eventually(lambda: not self.is_running(process), what=f"the death of {process}")

    def start(self, process: str, *, environment: Mapping[str, str] | None = None) -> None:
        """Start what was killed or stopped, told something more if need be, and wait until it is ready."""
        with self._guard:
            self.launcher.supervisor.start(process, extra=environment)
        self.wait_ready(process)

    def stop(self, process: str) -> None:
        """Stop it politely; it stays stopped until `start`."""
        with self._guard:
            self.launcher.supervisor.stop([process])

    def restart(self, process: str, *, environment: Mapping[str, str] | None = None) -> None:
        """Stop and start, e.g. with ARHAN_FAILPOINT; what it is told lasts until the next `start`."""
        self.stop(process)
        self.start(process, environment=environment)

    def processes(self) -> dict[str, Identity | None]:
        """Everything that serves, and which process it is just now."""
        with self._guard:
            lives = self.launcher.supervisor.lives.values()
            return {life.process.name: life.identity for life in lives if life.process.probe}

    def is_running(self, process: str) -> bool:
        """Whether it lives."""
        with self._guard:
            return self.launcher.supervisor.lives[process].is_running

    def restarts(self, process: str) -> int:
        """How often it died by itself and was started again."""
        return self.launcher.supervisor.lives[process].restarts

    def forgive(self, process: str) -> None:
        """Its deaths so far were the test's: start it again as soon as after the first."""
        with self._guard:
            self.launcher.supervisor.lives[process].deaths_in_a_row = 0

    def wait_ready(self, process: str) -> None:
        """Wait until it says that it is ready."""
        life = self.launcher.supervisor.lives[process]
        eventually(
            lambda: life.state is State.READY, what=f"{process}, whose log ends:\n{self.log(process)}\n"
        )

    def _watch(self) -> None:
        while not self._is_closing.wait(LOOK_S):
            with self._guard:
                self.launcher.supervisor.tick()


def copy_migrated(to: Path, *, services: frozenset[str] = frozenset(topology.BY_NAME)) -> None:
    """Make an ARHAN_HOME whose databases have every table and no row."""
    subprocess.run(["/bin/cp", "-a", str(_migrated(services).path), str(to)], check=True)


def _clean(found: Mapping[str, str]) -> dict[str, str]:
    """The shell without whatever it says about another bank."""
    ours = ("ARHAN_", "CELERY_", "DATABASE_URL", "DJANGO_")
    return {name: value for name, value in found.items() if not name.startswith(ours)}


def open_directory() -> Path:
    """A temporary directory that PostgreSQL's unprivileged user may pass through."""
    directory = Path(tempfile.mkdtemp(prefix="arhan-bank-"))
    directory.chmod(0o755)
    return directory


@cache
def _nursery() -> Nursery:
    """One nursery for all banks of this run: the libraries are imported once."""
    directory = Path(tempfile.mkdtemp(prefix="arhan-nursery-"))
    nursery = Nursery(log=directory / "nursery.log")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    atexit.register(nursery.close)
    return nursery


def _migrated(services: frozenset[str]) -> home.Home:
    """Keys and databases with these services' tables and no row, made once in a run."""
    kind = "all" if services == frozenset(topology.BY_NAME) else "-".join(sorted(services))
    at = home.Home(_shared_directory() / kind)
    with _turn(at.path.with_suffix(".turn")):
        if not at.path.exists():
            _make_migrated(at, services)
    return at


def _make_migrated(at: home.Home, services: frozenset[str]) -> None:
    draft = home.Home(at.path.with_suffix(".draft"))
    launcher = Launcher(draft, services=services, settings=_clean(os.environ) | SETTINGS, nursery=_nursery())
    with home.held(draft), launcher:
        launcher.start_database()
        launcher.migrate()
    draft.path.rename(at.path)


@cache
def _shared_directory() -> Path:
    """What all processes of this run share: pytest says where (tests/conftest.py), else it is ours alone."""
    if said := os.environ.get(SHARED):
        return Path(said)
    directory = open_directory()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Wait until no other process of this run does the same."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
