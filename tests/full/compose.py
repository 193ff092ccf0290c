"""compose.yaml, carried out without Docker: every command of it, with the environment it would get.

Commands of our image run in it (image.py), PostgreSQL, RabbitMQ and nginx in the versions compose
pins (servers.py), started with the files and passwords that `init` made for their containers. Each
host name of compose is an address of the loopback network, so that every process finds its siblings
by the very names it would find them by in Docker.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import yaml

from arhan import topology
from arhan.runner import gateway, ports, provision
from tests import rabbitmq
from tests.bank import eventually
from tests.full import image, names, servers
from tests.full.servers import Mount

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = image.ROOT
START_LIMIT_S = 600
"""Thirty interpreters start on two cores; nothing is asserted about how fast."""
STOP_LIMIT_S = 60
NETWORK = f"127.{1 + os.getpid() // 250 % 250}.{1 + os.getpid() % 250}."
"""Of the loopback, and this process's own: nobody else's servers listen there."""


@dataclass
class Running:
    """One process of the bank, as Docker would show it."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    temporary: Path

    def inner(self) -> psutil.Process:
        """The program itself: the innermost, below buildah's own processes."""
        found = psutil.Process(self.popen.pid)
        while below := found.children():
            found = below[0]
        assert "buildah" not in " ".join(found.cmdline()), f"{self.name} does not run:\n{self.tail()}"
        return found

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


@dataclass
class Compose:
    """The bank of compose.yaml."""

    home: Path
    container: str
    services: dict[str, Any]
    stack: ExitStack
    names: names.NameServer | None = None
    settings: dict[str, str] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
    began_at: float = field(default_factory=time.time)

    @property
    def gateway(self) -> str:
        """The origin that clients see."""
        return f"http://{self.address('gateway')}:8080"

    @property
    def broker_conf(self) -> Path:
        return self.files("broker") / "rabbitmq.conf"

    def address(self, host: str, *, replica: int = 1) -> str:
        """The address of a host of compose; its second replica's is a hundred higher.

        Both are behind the one name, as in Docker; where there is no second, nobody listens there.
        """
        return f"{NETWORK}{10 + list(self.services).index(host) + 100 * (replica - 1)}"

    def files(self, reader: str) -> Path:
        """The volume `<reader>-files`."""
        return self.home / "volumes" / reader

    def environment(self, name: str) -> dict[str, str]:
        """What compose tells a container: a variable without a value comes from the operator, or not at all."""
        given = self.services[name].get("environment") or {}
        resolved = {k: self.settings.get(k) if v is None else str(v) for k, v in given.items()}
        return {k: v for k, v in resolved.items() if v is not None}

    def words(
        self, name: str, *command: str, temporary: Path, extra: dict[str, str] | None = None
    ) -> list[str]:
        """`buildah run` for a service of compose."""
        service = self.services[name]
        options = ["--isolation", "chroot", "--user", service.get("user", "10001:10001")]
        for variable, value in (self.environment(name) | (extra or {})).items():
            options += ["--env", f"{variable}={value}"]
        for mounted in service.get("volumes", []):
            options += ["--volume", self._mount(mounted)]
        options += ["--volume", f"{temporary}:/tmp"]
        return image.command("run", *options, self.container, "--", "python", "-m", *command)

    def _mount(self, text: str) -> str:
        named, _, rest = self._resolved(text).partition(":")
        return f"{self._source(named)}:{rest}"

    def _source(self, named: str) -> Path:
        """A volume's directory, or the file compose names."""
        return ROOT / named if "/" in named else self._volume(named)

    def _volume(self, name: str) -> Path:
        directory = self.home / "volumes" / name.removesuffix("-files")
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def server(self, name: str, *words: str, user: str = "", **changed: Path) -> list[str]:
        """A command beside the volumes and on the tmpfs of a container that is not of our image.

        `changed` is another directory than compose's for a volume, by its name.
        """
        service = self.services[name]
        mounts = []
        for text in service.get("volumes", []):
            named, there, *mode = self._resolved(text).split(":")
            here = changed.get(named.replace("-", "_")) or self._source(named)
            mounts.append(Mount(here, there, read_only=mode == ["ro"]))
        for there in service.get("tmpfs", []):
            path = there.partition(":")[0]
            here = self.home / "tmp" / name / path.replace("/", "-")
            here.mkdir(parents=True, exist_ok=True)
            here.chmod(0o1777)
            mounts.append(Mount(here, path))
        return servers.inside(*words, user=user or service["user"], mounts=tuple(mounts))

    def _resolved(self, text: str) -> str:
        """Compose's `${NAME:-default}`."""
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda m: self.settings.get(m[1]) or m[2], text)

    def run_once(self, name: str) -> str:
        """A one-shot to its end; what it printed."""
        return self.ask(name, "arhan", *self.services[name]["command"])

    def ask(self, name: str, *words: str) -> str:
        """Another command in a container like that of a service, to its end; what it printed."""
        with tempfile.TemporaryDirectory(dir=self.home) as temporary:
            Path(temporary).chmod(0o1777)
            command = self.words(name, *words, temporary=Path(temporary))
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=START_LIMIT_S)
        assert done.returncode == 0, f"{name}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, name: str, *, replica: int = 1) -> Running:
        """Start a replica of a long-running service of our image."""
        called = name if replica == 1 else f"{name}-{replica}"
        temporary = self.home / "tmp" / called
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        temporary.chmod(0o1777)
        log = self.home / f"{called}.log"
        extra = {"ARHAN_LISTEN": self.address(name, replica=replica)}
        command = self.words(name, "arhan", *self.services[name]["command"], temporary=temporary, extra=extra)
        with log.open("ab") as output:
            popen = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        self.running[called] = Running(called, popen, log, temporary)
        return self.running[called]

    def wait_ready(self, *names: str) -> None:
        """Wait until each says that it is ready."""
        for name in names:
            one = self.running[name]
            eventually(lambda one=one: self.is_ready(one), within_s=START_LIMIT_S, what=one.name)  # type: ignore[misc]

    def is_ready(self, one: Running) -> bool:
        assert one.popen.poll() is None, f"{one.name} ended:\n{one.tail()}"
        said = one.temporary / "arhan-ready"
        if not said.exists():
            return False
        return not (ask := said.read_text()) or answers(ask)

    def health_check(self, name: str) -> int:
        """The exit status of the container's own health check."""
        command = self.words(
            name, *self.services[name]["healthcheck"]["test"][3:], temporary=self.running[name].temporary
        )
        return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal the program as Docker does; how it ended, or -9 when it had to be killed."""
        one = self.running[name]
        with contextlib.suppress(psutil.NoSuchProcess, AssertionError):
            one.inner().send_signal(number)
        try:
            return one.popen.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            end(one)
            return -9
        finally:
            del self.running[name]

    def stop_all(self, names: list[str], number: signal.Signals = signal.SIGTERM) -> set[int]:
        """All of them at once; how they ended."""
        with ThreadPoolExecutor(len(names)) as pool:
            return set(pool.map(lambda name: self.stop(name, number), names))

    def addresses(self, host: str) -> list[str]:
        """What Docker's name server would say: the replicas that run."""
        replicas = {1: host, 2: f"{host}-2"}
        return [self.address(host, replica=n) for n, called in replicas.items() if called in self.running]


def end(one: Running) -> None:
    """Kill everything of a process."""
    with contextlib.suppress(psutil.NoSuchProcess):
        tree = psutil.Process(one.popen.pid)
        for process in [*tree.children(recursive=True), tree]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    one.popen.wait(timeout=STOP_LIMIT_S)


def answers(url: str) -> bool:
    """Whether GET answers 200."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own process
    except OSError:
        return False
    return True


@contextmanager
def up(*, settings: dict[str, str] | None = None) -> Iterator[Compose]:
    """The whole bank, in the order compose would start it."""
    services = yaml.safe_load((image.ROOT / "compose.yaml").read_text())["services"]
    home = Path(tempfile.mkdtemp(prefix="arhan-compose-"))
    home.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        bank = Compose(home, "", services, stack, settings=dict(settings or {}))
        hosts = [
            word
            for name in services
            for replica in (1, 2)
            for word in ("--add-host", f"{name}:{bank.address(name, replica=replica)}")
        ]
        bank.container = image.buildah("from", "--pull-never", *hosts, image.IMAGE)
        stack.callback(image.buildah, "rm", bank.container)
        bank.run_once("init")
        for name in services:
            if name.endswith("-db"):
                _start_database(bank, name)
        _start_broker(bank)
        for name in services:
            if name.endswith("-migrate"):
                bank.run_once(name)
        stack.callback(_end_all, bank)
        for name, service in services.items():
            if service.get("image", "").endswith(":-arhan}") and service["restart"] != "no":
                bank.start(name)
        bank.wait_ready(*bank.running)
        _start_gateway(bank)
        yield bank


def _end_all(bank: Compose) -> None:
    for one in bank.running.values():
        end(one)


def _start_database(bank: Compose, name: str) -> None:
    """A server as the image's own entry point makes it: superuser's password, then our role.sh."""
    service, data = bank.services[name], bank.home / "volumes" / f"{name}-data"
    owner = provision.POSTGRES_ID
    user, cluster = f"{owner}:{owner}", "/var/lib/postgresql/18/docker"
    data.mkdir(parents=True)
    os.chown(data, owner, owner)

    def command(program: str, *words: str) -> list[str]:
        return bank.server(name, str(servers.POSTGRES / program), *words, user=user)

    def run(*words: str) -> None:
        subprocess.run(command(*words), check=True, stdout=subprocess.DEVNULL, env=environment)

    environment = {"PATH": f"{servers.POSTGRES}:/usr/bin:/bin", "LANG": "C.UTF-8"} | service["environment"]
    arguments = service["environment"]["POSTGRES_INITDB_ARGS"].split()
    password = f"--pwfile={service['environment']['POSTGRES_PASSWORD_FILE']}"
    run("initdb", "-D", cluster, "--username=postgres", password, *arguments)
    hosts = next(data.glob("**/pg_hba.conf"))
    hosts.write_text(hosts.read_text() + "host all all all scram-sha-256\n")
    options = ["-c", f"listen_addresses={bank.address(name)}", *service["command"]]
    with (bank.home / f"{name}.log").open("wb") as log:
        words = command("postgres", "-D", cluster, *options)
        server = subprocess.Popen(words, stdout=log, stderr=log, env=environment)
    bank.stack.callback(_end_server, server)
    _, _, *health = service["healthcheck"]["test"]
    healthy = command("pg_isready", *(w.replace("127.0.0.1", bank.address(name)) for w in health))
    eventually(lambda: _succeeds(healthy, environment), what=name)
    script = bank.server(name, "/bin/sh", "/docker-entrypoint-initdb.d/role.sh", user=user)
    subprocess.run(script, check=True, env=environment)


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment)
    return done.returncode == 0


def _end_server(server: subprocess.Popen[bytes], number: signal.Signals = signal.SIGINT) -> None:
    server.send_signal(number)
    try:
        server.wait(timeout=STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _start_broker(bank: Compose) -> None:
    """RabbitMQ as compose starts it, with its management as in the image, on its host's address only."""
    address, claims = bank.address("broker"), bank.stack.enter_context(ports.Claims())
    distribution, epmd = claims.take(2)
    files = bank.home / "broker"
    here = {
        "listeners.tcp.default = 5672": f"listeners.tcp.1 = {address}:5672",
        "# Written by": f"management.tcp.ip = {address}\n# Written by",
    }
    _readdress(bank.files("broker"), files, here, owner=provision.RABBITMQ_ID)
    (files / "plugins").write_text("[rabbitmq_management].")
    environment = bank.services["broker"]["environment"] | {
        "PATH": f"{servers.RABBITMQ}:/usr/sbin:/usr/bin:/bin",
        "HOME": "/var/lib/rabbitmq",
        "LANG": "C.UTF-8",
        "RABBITMQ_NODENAME": "rabbit@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_ENABLED_PLUGINS_FILE": "/run/arhan/plugins",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": rabbitmq.QUIET,
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    data = bank.home / "volumes/broker-data"
    data.mkdir()
    os.chown(data, provision.RABBITMQ_ID, provision.RABBITMQ_ID)
    with (bank.home / "broker.log").open("wb") as log:
        for words in (("epmd", "-port", str(epmd)), (str(servers.RABBITMQ / "rabbitmq-server"),)):
            command = bank.server("broker", *words, broker_files=files)
            started = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
            bank.stack.callback(_end_server, started, signal.SIGTERM)
    rabbitmq.wait_until_it_answers(address, 5672, started, bank.home / "broker.log")


def _readdress(theirs: Path, ours: Path, changes: dict[str, str], *, owner: int) -> None:
    """Copy the one file `init` wrote for a server of another image; its addresses become those of here."""
    ours.mkdir()
    for path in theirs.iterdir():
        text = path.read_text()
        assert all(text.count(their) == 1 for their in changes), path
        for their, our in changes.items():
            text = text.replace(their, our)
        (ours / path.name).write_text(text)
        os.chown(ours / path.name, owner, owner)
    os.chown(ours, owner, owner)


def _start_gateway(bank: Compose) -> None:
    """Nginx as compose starts it, with the file `init` wrote for it."""
    address = bank.address("gateway")
    bank.names = bank.stack.enter_context(names.serving(address, bank.addresses))
    files = bank.home / "gateway"
    here = {
        f"resolver {gateway.DOCKER_NAMES} ": f"resolver {address} ",
        "listen 0.0.0.0:": f"listen {address}:",
    }
    _readdress(bank.files("gateway"), files, here, owner=provision.NGINX_ID)
    service = bank.services["gateway"]
    command = bank.server("gateway", *service["entrypoint"], *service["command"], gateway_files=files)
    with (bank.home / "gateway.log").open("wb") as log:
        nginx = subprocess.Popen(command, stdout=log, stderr=log)
    bank.stack.callback(_end_server, nginx)
    eventually(lambda: answers(f"{bank.gateway}/health/ready"), what="the gateway")


def wait_known(bank: Compose) -> None:
    """Until the gateway has been told of every replica that listens."""
    found = bank.names
    assert found
    for process in topology.PROCESSES:
        if process.port:
            eventually(
                lambda host=process.host: found.told.get(host) == bank.addresses(host),  # type: ignore[misc]
                what=f"{process.host} in the gateway",
            )
