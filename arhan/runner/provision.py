"""`arhan provision`: everything a bank of containers, or of systemd units, needs before it starts.

Makes the secrets once, keeps them under ARHAN_HOME/keys, and lays out one directory for each
reader, so that each can be given its own and no other: a volume in compose, a directory of
/etc/arhan on a host.

    account/environment       what the processes of a service are told, database and broker included
    account-db/…              the two passwords its PostgreSQL starts with        (containers only)
    broker/rabbitmq.conf      user and limits of RabbitMQ                         (containers only)
    beat/environment          the broker's address
    gateway/gateway.conf      nginx, and its certificate where it speaks TLS
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from arhan import topology
from arhan.kernel import settings
from arhan.runner import certificates, databases, environment_file, gateway, keys, ports, postgres
from arhan.runner import home as homes
from arhan.runner.environment import BROKER_VARIABLE, Site
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = "environment"
BROKER_HOST = "broker"
BROKER_USER = "arhan"
POSTGRES_PORT = 5432
SERVICES_ID, POSTGRES_ID, RABBITMQ_ID, NGINX_ID = 10001, 999, 999, 101
"""Users of the images: ours (Dockerfile), and those of postgres, rabbitmq and nginx on Debian."""
RABBITMQ_CONF = """\
# Written by `arhan provision`.
listeners.tcp.default = 5672
default_user = {user}
default_pass = {password}
default_vhost = /
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
# Below this much memory or disk publishers wait; relays then drop, and subscribers read the feed.
vm_memory_high_watermark.relative = 0.6
disk_free_limit.absolute = 512MB
# The container's root file system is read-only: a server that cannot open its log does not start.
log.console = true
log.file = false
"""


@dataclass(frozen=True)
class File:
    """One file to lay out."""

    path: str
    text: str
    owner: int
    """Numeric user that alone may read it."""


class Containers(Site):
    """A bank in which every process is a host of its own, named as in the topology."""

    @property
    def broker_url(self) -> str:
        """RabbitMQ's."""
        password = self.keys.broker_password()
        return self.settings.get(BROKER_VARIABLE) or f"amqp://{BROKER_USER}:{password}@{BROKER_HOST}:5672//"

    def database_url(self, service: topology.Service) -> str:
        """A server of its own for each service."""
        server = postgres.Server(f"postgresql://{service.name}-db:{POSTGRES_PORT}/postgres")
        return databases.service_url(server, self.keys, service)

    def url(self, process: topology.Process) -> str:
        """Where its replicas answer."""
        return f"http://{process.host}:{process.port}"

    def common(self) -> dict[str, str]:
        """Where the bank is; compose tells a container the operator's other settings."""
        return {"ARHAN_PUBLIC_URL": self.gateway_url}

    @property
    def gateway_url(self) -> str:
        """The one origin of the bank."""
        return gateway.public_url(self.settings, certificates.chosen(self.settings, made_at=Path()))


def provision(to: Path, *, here: bool) -> None:
    """Lay everything out below `to`; what is there already keeps its secrets.

    `here` is for one host without containers: its services find each other on 127.0.0.1, its
    databases in the server of ARHAN_POSTGRES_URL, which are made, and its broker by
    CELERY_BROKER_URL.
    """
    settings.check_forms()
    home = homes.find()
    homes.make(home.keys)
    secrets = keys.Keys(home)
    secrets.make_all()
    site = _this_host(home, secrets) if here else _containers(home, secrets)
    for file in files(site, at=to, here=here):
        _lay(to / file.path, file)


def _containers(home: homes.Home, secrets: keys.Keys) -> Site:
    unused = postgres.Server("postgresql:///postgres")
    return Containers(home=home, keys=secrets, server=unused, ports={})


def _this_host(home: homes.Home, secrets: keys.Keys) -> Site:
    missing = [name for name in ("ARHAN_POSTGRES_URL", BROKER_VARIABLE) if not os.environ.get(name)]
    if missing:
        msg = f"{missing[0]} is not set; a host without containers needs it (see .env.example)."
        raise CannotRun(msg)
    server = postgres.system_server(os.environ["ARHAN_POSTGRES_URL"])
    databases.prepare(server, secrets, embedded=False)
    return Site(home=home, keys=secrets, server=server, ports=dict(ports.listeners()))


def files(site: Site, *, at: Path, here: bool) -> Iterator[File]:
    """Every file of a bank."""
    ours = _host_user() if here else SERVICES_ID
    for service in topology.SERVICES:
        told = site.service(service) | ({BROKER_VARIABLE: site.broker_url} if service.publishes else {})
        yield File(f"{service.name}/{ENVIRONMENT}", environment_file.write(told), ours)
        if not here:
            password = site.keys.database_password(service.database)
            yield File(f"{service.name}-db/role_password", password, POSTGRES_ID)
            superuser = site.keys.database_superuser_password(service.name)
            yield File(f"{service.name}-db/superuser_password", superuser, POSTGRES_ID)
    yield File(f"beat/{ENVIRONMENT}", environment_file.write(site.beat()), ours)
    if not here:
        conf = RABBITMQ_CONF.format(user=BROKER_USER, password=site.keys.broker_password())
        yield File("broker/rabbitmq.conf", conf, RABBITMQ_ID)
    yield from _gateway_files(at, here=here)


def _gateway_files(at: Path, *, here: bool) -> Iterator[File]:
    owner = _host_user() if here else NGINX_ID
    seen_at = at / "gateway" if here else gateway.CONTAINER_DIRECTORY
    certificate = certificates.chosen(os.environ, made_at=seen_at)
    if certificate and certificate.is_ours and not (at / "gateway" / certificates.CERTIFICATE).exists():
        made = certificates.self_signed(certificates.names(os.environ))
        yield File(f"gateway/{certificates.KEY}", made.key, owner)
        yield File(f"gateway/{certificates.CERTIFICATE}", made.certificate, owner)
    found = gateway.this_host(certificate) if here else gateway.containers(certificate)
    yield File("gateway/gateway.conf", gateway.render(found), owner)


def _host_user() -> int:
    """The user `arhan`, as whom the units run, where there is one."""
    try:
        return pwd.getpwnam("arhan").pw_uid
    except KeyError:
        return os.geteuid()


def _lay(path: Path, file: File) -> None:
    """Private to its owner, whole or not at all; the directory as well, since it is mounted as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as written:
        written.write(file.text)
        written.flush()
        os.fsync(written.fileno())
    for changed in (path.parent, partial):
        if os.geteuid() == 0:
            os.chown(changed, file.owner, file.owner)
    partial.rename(path)
