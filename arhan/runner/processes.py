"""The table of what one embedded bank consists of: a process each, made from the topology."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import arhan
from arhan import topology
from arhan.runner import postgres, privilege
from arhan.runner.errors import CannotRun
from arhan.runner.nursery import Order
from arhan.runner.ports import GATEWAY
from arhan.runner.probes import CallProbe, FileProbe, HttpProbe
from arhan.runner.supervisor import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.runner.environment import Site
    from arhan.runner.privilege import User

POSTGRES = "postgres"
RELAY = "relay"
BEAT = "beat"
NGINX_PLACES = "/usr/sbin:/usr/local/sbin:/usr/local/nginx/sbin:/usr/bin:/usr/local/bin"
PRIVILEGED_PORTS = 1024


class Table:
    """Makes the processes of one bank."""

    def __init__(self, site: Site, *, user: User | None) -> None:
        """`user` runs everything when root starts the bank; see `services_user`."""
        self._site = site
        self._user = user
        self._services_user = services_user(user)

    def postgres(self, embedded: postgres.Embedded, programs: Path) -> Process:
        """The embedded database server."""
        return Process(
            name=POSTGRES,
            order=Order(
                title=POSTGRES,
                command=embedded.command(programs),
                environment=postgres.clean_environment(os.environ),
                log=self._log(POSTGRES),
                python=False,
                death_signal=signal.SIGINT,
                user=ids(self._user),
            ),
            probe=lambda: CallProbe(partial(postgres.answers, self._site.server)),
            layer=0,
            stop_signal=signal.SIGINT,
            grace_s=30,
        )

    def migration(self, service: topology.Service) -> Process:
        """A one-off that brings a service's tables up to date."""
        name = f"{service.name}.migrate"
        arguments = ("django", "migrate", "--noinput", "--skip-checks")
        return Process(name=name, order=self._python(name, arguments, self._site.service(service)))

    def services(self, services: tuple[topology.Service, ...]) -> Iterator[Process]:
        """Offices, engines and workers of these services."""
        for service in services:
            environment = self._site.service(service)
            for process in topology.processes_of(service):
                if process.port:
                    yield self._server(process, environment)
                elif process.kind == "worker":
                    yield self._background(process.name, ("arhan.runner.worker", service.name), environment)

    def relay(self, services: tuple[topology.Service, ...]) -> Iterator[Process]:
        """The one process that publishes every service's events, if any of these has some."""
        if names := tuple(service.name for service in services if service.publishes):
            yield self._background(RELAY, ("arhan.runner.relay", *names), self._site.relay())

    def beat(self) -> Process:
        """The clock."""
        return self._background(BEAT, ("arhan.runner.beat",), self._site.beat())

    def gateway(self, configuration: Path) -> Process:
        """nginx, unprivileged unless its port needs root."""
        port = self._site.ports[GATEWAY]
        user = self._user if port >= PRIVILEGED_PORTS else None
        return Process(
            name=GATEWAY,
            order=Order(
                title=GATEWAY,
                command=(
                    find_nginx(),
                    "-c",
                    str(configuration),
                    "-p",
                    str(configuration.parent),
                    "-e",
                    "stderr",
                ),
                environment=postgres.clean_environment(os.environ),
                log=self._log(GATEWAY),
                python=False,
                user=ids(user),
            ),
            probe=lambda: HttpProbe(port),
            layer=2,
            port=port,
        )

    def command(self, name: str, command: tuple[str, ...]) -> Process:
        """A one-off of the launcher's own, with the launcher's rights and the bank's address."""
        order = self._python(name, command, self._site.common())
        return Process(name=name, order=replace(order, user=None))

    def _server(self, process: topology.Process, environment: dict[str, str]) -> Process:
        port = self._site.ports[process.name]
        command = ("arhan.runner.serve", process.interface, process.target, "--port", str(port))
        return Process(
            name=process.name,
            order=self._python(process.name, command, environment),
            probe=lambda: HttpProbe(port),
            port=port,
        )

    def _background(self, name: str, command: tuple[str, ...], environment: dict[str, str]) -> Process:
        """A process without a port says that it is ready with a file."""
        ready = self._site.home.run / f"{name}.ready"
        told = environment | {"ARHAN_READY_FILE": str(ready)}
        return Process(
            name=name,
            order=self._python(name, command, told),
            probe=lambda: FileProbe(ready),
            grace_s=15,
        )

    def _python(self, name: str, command: tuple[str, ...], environment: dict[str, str]) -> Order:
        return Order(
            title=name,
            command=command,
            environment=environment | {"ARHAN_PROCESS": name},
            log=self._log(name),
            user=ids(self._services_user),
        )

    def _log(self, name: str) -> str:
        return str(self._site.home.logs / f"{name}.log")


def ids(user: User | None) -> tuple[int, int] | None:
    """The user as an order names him."""
    return (user.uid, user.gid) if user else None


def services_user(user: User | None) -> User | None:
    """Who runs the services: the plain user, if Python and this package are open to him.

    A checkout or an interpreter in root's own home is not, and then root runs them.
    """
    needed = (sys.executable, sys.prefix, sys.base_prefix, *arhan.__path__)
    closed = any(privilege.first_unreachable(Path(path), user=user) for path in needed)
    return None if closed else user


def find_nginx() -> str:
    """The nginx of this machine; says how to get one."""
    found = shutil.which("nginx") or shutil.which("nginx", path=NGINX_PLACES)
    if not found:
        msg = "nginx is not installed. On Debian or Ubuntu: apt-get install --no-install-recommends nginx"
        raise CannotRun(msg)
    return found
