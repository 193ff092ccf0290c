"""compose.yaml, carried out without Docker: every command of it, with the environment it would get.

Commands of our image run in it (image.py). PostgreSQL, RabbitMQ and nginx are this machine's,
started with the files and the passwords that `init` made for their containers. Each host name of
compose is an address of the loopback network, so that every process finds its siblings by the very
names it would find them by in Docker.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import yaml

from arhan.runner import gateway, postgres, processes, provision
from tests import rabbitmq
from tests.bank import eventually
from tests.full import image

if TYPE_CHECKING:
    from collections.abc import Iterator

START_LIMIT_S = 600
"""Thirty interpreters start on two cores; nothing is asserted about how fast."""
STOP_LIMIT_S = 60
NETWORK = "127.0.77."
"""Of the loopback: nobody else's servers listen there."""


@dataclass
class Running:
    """One process of the bank, as Docker would show it."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    temporary: Path

    def inner(self) -> psutil.Process:
        """The program itself, below buildah's own processes."""
        found = psutil.Process(self.popen.pid).children(recursive=True)
        python = [p for p in found if "arhan" in " ".join(_words(p)) and "buildah" not in p.name()]
        assert python, f"{self.name} does not run:\n{self.tail()}"
        return python[-1]

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


@dataclass
class Compose:
    """The bank of compose.yaml."""

    home: Path
    container: str
    services: dict[str, Any]
    stack: ExitStack
    nginx: subprocess.Popen[bytes] | None = None
    settings: dict[str, str] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)

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
        volume, _, rest = text.partition(":")
        directory = self.home / "volumes" / volume.removesuffix("-files")
        directory.mkdir(parents=True, exist_ok=True)
        return f"{directory}:{rest}"

    def run_once(self, name: str) -> str:
        """A one-shot to its end; what it printed."""
        with tempfile.TemporaryDirectory(dir=self.home) as temporary:
            Path(temporary).chmod(0o1777)
            command = self.words(name, "arhan", *self.services[name]["command"], temporary=Path(temporary))
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
        one = self.running.pop(name)
        with contextlib.suppress(psutil.NoSuchProcess, AssertionError):
            one.inner().send_signal(number)
        try:
            return one.popen.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            end(one)
            return -9


def _words(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return list(process.cmdline())
    return []


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
    files, data = bank.files(name), bank.home / "data" / name
    data.mkdir(parents=True)
    user = provision.POSTGRES_ID
    for path in (data, files, *files.iterdir()):
        os.chown(path, user, user)
    programs = postgres.bundled_installation() / "bin"
    arguments = bank.services[name]["environment"]["POSTGRES_INITDB_ARGS"].split()
    as_user: dict[str, Any] = {"user": user, "group": user, "extra_groups": [], "cwd": "/"}
    initdb = [str(programs / "initdb"), "-D", str(data), "--username=postgres", *arguments]
    initdb += [f"--pwfile={files / 'superuser_password'}", "--locale=C.UTF-8", "--encoding=UTF8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **as_user)
    options = [f"-clisten_addresses={bank.address(name)}", f"-cunix_socket_directories={data}"]
    options += ["-cfsync=on", "-cshared_buffers=32MB", "-cmax_connections=200"]
    (data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n")
    with (bank.home / f"{name}.log").open("wb") as log:
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *options], stdout=log, stderr=log, **as_user
        )
    bank.stack.callback(_end_server, server)
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "PGHOST": str(data)}
    ready = [str(programs / "pg_isready"), "--host", bank.address(name), "--username=postgres", "--quiet"]
    eventually(lambda: subprocess.run(ready, check=False).returncode == 0, what=name)
    script = (image.ROOT / "deploy/compose/role.sh").read_text().replace("/run/arhan", str(files))
    told = environment | {"ARHAN_ROLE": bank.services[name]["environment"]["ARHAN_ROLE"]}
    subprocess.run(["/bin/sh"], input=script, text=True, check=True, env=told, **as_user)


def _end_server(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _start_broker(bank: Compose) -> None:
    """RabbitMQ with the configuration `init` wrote for it, on its host's address only."""
    conf = bank.broker_conf.read_text().replace("listeners.tcp.default = 5672", "")
    bank.stack.enter_context(rabbitmq.serving(address=bank.address("broker"), port=5672, conf=conf))


def scale_gateway(bank: Compose, *, replicas: int) -> None:
    """Tell the gateway of so many replicas of everything that listens."""
    directory = bank.home / "nginx"
    (directory / "gateway.conf").write_text(
        gateway.render(gateway_of(bank, directory=directory, replicas=replicas))
    )
    assert bank.nginx
    bank.nginx.send_signal(signal.SIGHUP)


def _start_gateway(bank: Compose) -> None:
    directory = bank.home / "nginx"
    directory.mkdir(exist_ok=True)
    found = gateway_of(bank, directory=directory, replicas=1)
    conf = directory / "gateway.conf"
    conf.write_text(gateway.render(found))
    command = [processes.find_nginx(), "-e", "stderr", "-p", str(directory), "-c", str(conf)]
    with (bank.home / "gateway.log").open("wb") as log:
        nginx = subprocess.Popen(command, stdout=log, stderr=log)
    bank.stack.callback(_end_server, nginx)
    bank.nginx = nginx
    eventually(lambda: answers(f"{bank.gateway}/health/ready"), what="the gateway")


def gateway_of(bank: Compose, *, directory: Path, replicas: int) -> gateway.Gateway:
    """The gateway of compose, but for a name server: Debian's nginx resolves a name once, at its start."""
    contained = gateway.containers()
    upstreams = {}
    for name, (found,) in contained.upstreams.items():
        host, _, port = found.partition(":")
        numbers = range(1, replicas + 1)
        upstreams[name] = tuple(f"{bank.address(host, replica=n)}:{port}" for n in numbers)
    return gateway.Gateway(
        listen=f"{bank.address('gateway')}:8080",
        upstreams=upstreams,
        directory=directory,
        public_url=bank.gateway,
        user="root",
    )
