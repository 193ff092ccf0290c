"""Brings a whole bank up on one machine, and down again.

The order of things: whatever an earlier launcher left behind is cleared; ports and keys are
chosen; PostgreSQL starts while the nursery imports; databases and roles are made; tables are
brought up to date where they are not; then everything else starts at once.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from arhan import topology
from arhan.runner import (
    databases,
    environment,
    gateway,
    keys,
    leftovers,
    migrations,
    ports,
    postgres,
    privilege,
    processes,
    procfs,
)
from arhan.runner import home as homes
from arhan.runner.nursery import Nursery
from arhan.runner.ports import GATEWAY
from arhan.runner.processes import Table
from arhan.runner.supervisor import State, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from arhan.runner.home import Home
    from arhan.runner.nursery import Nursling
    from arhan.runner.supervisor import Life, Process

POSTGRES_TIMEOUT_S = 60.0
START_TIMEOUT_S = 180.0
OLD_LOGS = 3
STATIC_FILES = Path(migrations.PACKAGE, "frontend", "static")


class Launcher:
    """One bank on one ARHAN_HOME; the caller holds that directory (home.held)."""

    def __init__(
        self,
        home: Home,
        *,
        services: Iterable[str] | None = None,
        settings: Mapping[str, str] = os.environ,
        nursery: Nursery | None = None,
        tell: Callable[[str], None] = lambda _news: None,
        changed: Callable[[Life, str], None] = lambda _life, _news: None,
        look: Callable[[], None] | None = None,
    ) -> None:
        """`services` limits the bank to some; `nursery` may be one that other banks use as well.

        `tell` hears each stage, `changed` each process's steps.

        `look` is called again and again while processes start, to draw progress.
        """
        self.home = home
        self.services = tuple(s for s in topology.SERVICES if services is None or s.name in set(services))
        self.supervisor = Supervisor(spawn=self._spawn, changed=self._note)
        self._tell = tell
        self._changed = changed
        self._look = look
        self._settings = settings
        self._lent = nursery
        self._claims = ports.Claims()
        self.nursery: Nursery | None = None
        self.site: environment.Site

    def start(self) -> None:
        """Bring the bank up; raises CannotRun with a sentence when it cannot."""
        user = self._prepare_home()
        self.nursery = self._new_nursery()
        self._start_database(user)
        table = Table(self.site, user=user)
        self._migrate(table)
        self._tell("Starting services, workers and the gateway")
        self.supervisor.add(table.services(self.services))
        self.supervisor.add(table.relay(self.services))
        self.supervisor.add([table.beat(), table.gateway(self._configure_gateway(user))])
        self._wait_up(START_TIMEOUT_S)

    def start_database(self) -> None:
        """Bring up the database server alone, with databases and roles in place."""
        user = self._prepare_home()
        self.nursery = self._new_nursery()
        self._start_database(user)

    def migrate(self) -> list[str]:
        """Bring every service's tables up to date; which ones were not. The database must be up."""
        table = Table(self.site, user=privilege.choose_user(data=self._data))
        return self._migrate(table)

    def run_once(self, name: str, command: tuple[str, ...], *, timeout_s: float = START_TIMEOUT_S) -> None:
        """Run a Python module to its end beside the bank; raises CannotRun if it fails."""
        table = Table(self.site, user=None)
        self.supervisor.add([table.command(name, command)])
        try:
            self.supervisor.wait_up(timeout_s=timeout_s, names=[name], look=self._look)
        finally:
            self.supervisor.forget(name)
            self._write_bank_file()

    def stop(self) -> None:
        """Take the bank down in order; afterwards nothing of it runs."""
        if self.nursery:
            self.supervisor.stop()
            if self.nursery is not self._lent:
                self.nursery.close()
            self._write_bank_file()
        self._claims.release()

    def __enter__(self) -> Self:
        """Leave it and it stops."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """However the block ended."""
        self.stop()

    @property
    def _data(self) -> Path:
        return postgres.Embedded(self.home, user=None).data

    def _prepare_home(self) -> privilege.User | None:
        user = privilege.choose_user(data=self._data)
        homes.prepare(self.home, user=user)
        if count := leftovers.clear(self.home):
            self._tell(f"Cleared away {count} processes of a bank that was not stopped")
        rotate_logs(self.home)
        secrets = keys.Keys(self.home)
        secrets.make_all()
        self.site = environment.Site(
            home=self.home,
            keys=secrets,
            server=self._server(secrets),
            ports=ports.choose(self._settings, self._claims),
            settings=self._settings,
        )
        return user

    def _server(self, secrets: keys.Keys) -> postgres.Server:
        if url := self._settings.get("ARHAN_POSTGRES_URL"):
            return postgres.system_server(url)
        return postgres.embedded_server(self.home, password=secrets.superuser_password())

    def _start_database(self, user: privilege.User | None) -> None:
        is_embedded = not self._settings.get("ARHAN_POSTGRES_URL")
        if is_embedded:
            self._tell("Starting PostgreSQL")
            embedded = postgres.Embedded(self.home, user=user)
            programs = embedded.prepare(password=self.site.keys.superuser_password())
            process = Table(self.site, user=user).postgres(embedded, programs)
            self.supervisor.add([process])
            self.supervisor.tick()
        if self.nursery:
            self.nursery.preload()
        self._wait_up(POSTGRES_TIMEOUT_S)
        self._tell("Preparing databases and roles")
        databases.prepare(self.site.server, self.site.keys, embedded=is_embedded)

    def _migrate(self, table: Table) -> list[str]:
        outdated = migrations.outdated(self.site.server, self.services)
        if outdated:
            self._tell("Bringing tables up to date: " + ", ".join(s.name for s in outdated))
            processes = [table.migration(service) for service in outdated]
            self.supervisor.add(processes)
            self._wait_up(START_TIMEOUT_S)
        for service in outdated:
            migrations.record(self.site.server, service)
        return [service.name for service in outdated]

    def _wait_up(self, timeout_s: float) -> None:
        self.supervisor.wait_up(timeout_s=timeout_s, look=self._look)

    def _configure_gateway(self, user: privilege.User | None) -> Path:
        directory = self.home.run / "nginx"
        directory.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(directory, user.uid, user.gid)
        readable = STATIC_FILES.is_dir() and not privilege.first_unreachable(STATIC_FILES, user=user)
        found = gateway.Gateway(
            listen=f"127.0.0.1:{self.site.ports[GATEWAY]}",
            upstreams={n: (f"127.0.0.1:{p}",) for n, p in self.site.ports.items() if n != GATEWAY},
            directory=directory,
            static=STATIC_FILES if readable else None,
            limits=None if self._settings.get("ARHAN_RATE_LIMITS") == "off" else gateway.RateLimits(),
            public_url=self.site.gateway_url,
            user=user.name if user and self.site.ports[GATEWAY] < processes.PRIVILEGED_PORTS else "",
        )
        path = self.home.run / "gateway.conf"
        path.write_text(gateway.render(found))
        path.chmod(0o644)
        return path

    def _new_nursery(self) -> Nursery:
        if self._lent and self._lent.is_open:
            return self._lent
        return Nursery(log=self.home.logs / "nursery.log")

    def _spawn(self, process: Process, extra: Mapping[str, str]) -> Nursling:
        if self.nursery is None or not self.nursery.is_open:
            self.nursery = self._new_nursery()
        return self.nursery.spawn(process.order.with_environment(extra))

    def _note(self, life: Life, news: str) -> None:
        self._write_bank_file()
        self._changed(life, news)

    def _write_bank_file(self) -> None:
        """Say on disk what runs where, for `arhan status`, for demos and benches, and for the next start."""
        launcher = procfs.identify(os.getpid())
        nursery = procfs.identify(self.nursery.pid) if self.nursery and self.nursery.is_open else None
        lives = self.supervisor.lives
        found = {
            "gateway": self.site.gateway_url,
            "ports": self.site.ports,
            "launcher": launcher.as_json() if launcher else {},
            "nursery": nursery.as_json() if nursery else {},
            "processes": {name: _describe(life) for name, life in lives.items()},
        }
        partial = self.home.bank_file.with_suffix(".new")
        partial.write_text(json.dumps(found, indent=1))
        partial.chmod(0o600)
        partial.rename(self.home.bank_file)


def _describe(life: Life) -> dict[str, object]:
    running = life.identity.as_json() if life.identity and life.state is not State.STOPPED else {}
    port = {"port": life.process.port} if life.process.port else {}
    return {"state": str(life.state), "restarts": life.restarts, **port, **running}


def rotate_logs(home: Home) -> None:
    """Put the logs of earlier runs aside, the three youngest of each process."""
    for number in range(OLD_LOGS, 0, -1):
        ending = ".log" if number == 1 else f".log.{number - 1}"
        for path in home.logs.glob(f"*{ending}"):
            path.rename(path.with_name(path.name.removesuffix(ending) + f".log.{number}"))
