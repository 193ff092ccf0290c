"""What each process is told: its own secrets and addresses, and nobody else's."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arhan import topology
from arhan.runner import databases, home, keys, postgres
from arhan.runner.errors import CannotRun
from arhan.runner.ports import GATEWAY, Ports, listeners

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from arhan.runner.home import Home
    from arhan.runner.keys import Keys
    from arhan.runner.postgres import Server

PASSED_ON = ("PATH", "LANG", "TZ", "ALLOWED_HOSTS", "DEBUG", "NO_COLOR")
"""What a process sees of the operator's shell, besides the bank's own settings."""
OWN_PREFIXES = ("ARHAN_", "OTEL_")
NOT_PASSED_ON = frozenset({"ARHAN_POSTGRES_URL", "ARHAN_FAILPOINT", "ARHAN_PORTS", "ARHAN_DEMO"})
"""For the launcher alone: a superuser's URL, and a test's order to die."""
SECRET_ENDINGS = ("_KEY", "_SECRET", "_HASHES", "_PASSWORD")
"""A secret is given to the process it belongs to, never passed on to all."""
BROKER_VARIABLE = "CELERY_BROKER_URL"


@dataclass(frozen=True)
class Site:
    """What an environment is made from."""

    home: Home
    keys: Keys
    server: Server
    ports: Ports
    settings: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """The operator's own: the environment of the launcher."""

    @property
    def gateway_url(self) -> str:
        """The one origin of the bank."""
        return self.settings.get("ARHAN_PUBLIC_URL") or f"http://127.0.0.1:{self.ports[GATEWAY]}"

    @property
    def broker_url(self) -> str:
        """The operator's RabbitMQ, or the queues in the embedded PostgreSQL."""
        return self.settings.get(BROKER_VARIABLE) or databases.broker_url(self.server, self.keys)

    def database_url(self, service: topology.Service) -> str:
        """Where a service's own role finds its database."""
        return databases.service_url(self.server, self.keys, service)

    def url(self, process: topology.Process) -> str:
        """Where an office or an engine answers its siblings."""
        return f"http://127.0.0.1:{self.ports[process.name]}"

    def service(self, service: topology.Service) -> dict[str, str]:
        """Environment of every process of one service."""
        found = self.common() | dict(self._siblings(service))
        found |= {
            "ARHAN_SERVICE": service.name,
            "DATABASE_URL": self.database_url(service),
            "DJANGO_SETTINGS_MODULE": f"{service.package}.settings",
            "ARHAN_CLIENT_SECRET": self.keys.client_secret(service.name),
            "ARHAN_CLIENT_SECRET_FILE": str(self.home.keys / service.name / "client_secret"),
            "SECRET_KEY": self.keys.secret_key(service.name),
        }
        if service.worker:
            found[BROKER_VARIABLE] = self.broker_url
        if service.name in keys.ENCRYPTS:
            found["ENCRYPTION_KEY"] = self.keys.encryption_key(service.name)
        if service.name == "account":
            found |= {f"ARHAN_{p.upper()}_KEY": self.keys.account_key(p) for p in keys.ACCOUNT_KEYS}
        if service.name == "identity":
            found["ARHAN_CLIENT_SECRET_HASHES"] = json.dumps(self.keys.client_secret_hashes())
        return found

    def relay(self) -> dict[str, str]:
        """Environment of the process that relays for every service."""
        urls = {
            service.database_variable: self.database_url(service)
            for service in topology.SERVICES
            if service.publishes
        }
        return self.common() | urls | {BROKER_VARIABLE: self.broker_url}

    def beat(self) -> dict[str, str]:
        """Environment of the clock: the broker, nothing else."""
        return self.common() | {BROKER_VARIABLE: self.broker_url}

    def common(self) -> dict[str, str]:
        """What every process may know: where the bank is, and the operator's settings."""
        passed = {name: value for name, value in self.settings.items() if _is_passed_on(name)}
        return passed | {
            "ARHAN_HOME": str(self.home.path),
            "ARHAN_PUBLIC_URL": self.gateway_url,
            "HOME": str(self.home.run),
        }

    def _siblings(self, service: topology.Service) -> Iterator[tuple[str, str]]:
        """Where the services it may call answer."""
        for sibling in topology.SERVICES:
            if sibling.name != service.name and sibling.name not in service.calls:
                continue
            yield sibling.url_variable, self.url(topology.Process("office", sibling))
            if sibling.engine_port:
                yield sibling.engine_url_variable, self.url(topology.Process("engine", sibling))


def operators_own(settings: Mapping[str, str]) -> dict[str, str]:
    """What somebody's shell says to the bank; DATABASE_URL and its like there may be for something else."""
    return {
        name: value
        for name, value in settings.items()
        if name in PASSED_ON or name.startswith(OWN_PREFIXES) or name == BROKER_VARIABLE
    }


def _is_passed_on(name: str) -> bool:
    if name in PASSED_ON:
        return True
    ours = name.startswith(OWN_PREFIXES) and name not in NOT_PASSED_ON
    return ours and not name.endswith(SECRET_ENDINGS)


def existing(at: Home | None = None) -> Site:
    """The bank that runs on ARHAN_HOME, or ran there last, for a command in another shell."""
    found = at or home.find()
    if not found.keys.is_dir():
        msg = f"There is no bank on {found.path} yet: `make up` makes one (ARHAN_HOME names another place)."
        raise CannotRun(msg)
    secrets = keys.Keys(found)
    if url := os.environ.get("ARHAN_POSTGRES_URL"):
        server = postgres.Server(url)
    else:
        server = postgres.embedded_server(found, password=secrets.superuser_password())
    return Site(home=found, keys=secrets, server=server, ports=_known_ports(found))


def environment(service: str) -> dict[str, str]:
    """Environment of one service's processes, as a command in another shell needs it."""
    return existing().service(topology.service(service))


def adopt(service: str) -> None:
    """Take a service's environment over into this process; what is set already stays.

    Without a bank of ours on this machine (in a container, or for an offline command) nothing happens.
    """
    with contextlib.suppress(CannotRun, PermissionError):
        for name, value in environment(service).items():
            os.environ.setdefault(name, value)


def _known_ports(at: Home) -> Ports:
    try:
        return dict(json.loads(at.bank_file.read_text())["ports"])
    except (OSError, ValueError, KeyError):
        return dict(listeners())
