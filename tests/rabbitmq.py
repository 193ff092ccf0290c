"""A RabbitMQ of the tests' own: Debian's server as an ordinary process beside whatever else runs.

Own node name, ports, data directory and name server (epmd), so that a broker of the machine is
neither needed nor touched, and stopping leaves no process behind.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arhan.runner import ports, privilege

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Elsewhere = Callable[[list[str], str], list[str]]
    """A command and `uid:gid` -> the command that runs it as them in another root file system."""

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The server itself; /usr/sbin/rabbitmq-server insists on the system's user and directories."""
QUIET = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
"""One scheduler that sleeps when it has nothing to do: the tests share the machine."""
START_LIMIT_S = 120
STOP_LIMIT_S = 60


@contextmanager
def running() -> Iterator[str]:
    """CELERY_BROKER_URL of a fresh broker; stopped and removed afterwards."""
    with serving() as broker:
        yield broker.url


@dataclass(frozen=True)
class Broker:
    """One running RabbitMQ."""

    url: str
    """CELERY_BROKER_URL of its default user."""
    port: int
    address: str
    log: Path
    options: dict[str, Any]
    servers: list[subprocess.Popen[bytes]]
    """The one that runs, last."""
    command: Callable[..., list[str]]
    """Words -> what runs them where the server is."""

    def restart(self) -> None:
        """Stop the server as a machine that shuts down does, and start it on the same data."""
        self.servers[-1].terminate()
        self.servers[-1].wait(timeout=STOP_LIMIT_S)
        with self.log.open("ab") as log:
            self.servers.append(subprocess.Popen(self.command(str(SERVER)), stdout=log, **self.options))
        wait_until_it_answers(self.address, self.port, self.servers[-1], self.log)

    def control(self, *words: str, limit_s: float = 120) -> str:
        """`rabbitmqctl WORDS`; what it printed."""
        done = subprocess.run(
            self.command(str(SERVER.with_name("rabbitmqctl")), *words),
            **self.options | {"stderr": subprocess.PIPE},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=limit_s,
        )
        assert done.returncode == 0, f"rabbitmqctl {' '.join(words)}: {done.stdout}{done.stderr}"
        return str(done.stdout)


@contextmanager
def serving(
    *, address: str = "127.0.0.1", port: int = 0, conf: str = "", elsewhere: Elsewhere | None = None
) -> Iterator[Broker]:
    """A fresh broker, on a free port by default; `conf` is its configuration file.

    `elsewhere` runs another RabbitMQ than this machine's; /tmp must be the same there.
    """
    missing = "RabbitMQ is missing: `make test` installs it (apt-get install rabbitmq-server)."
    assert elsewhere or SERVER.exists(), missing
    home = Path(tempfile.mkdtemp(prefix="arhan-rabbitmq-"))
    user = privilege.choose_user(data=home / "mnesia")
    if user:
        os.chown(home, user.uid, user.gid)
    claims = ports.Claims()
    free, distribution, names = claims.take(3)
    port = port or free
    environment = _environment(home, address=address, port=port, distribution=distribution, names=names)
    if conf:
        (home / "rabbitmq.conf").write_text(conf)
        environment["RABBITMQ_CONFIG_FILE"] = str(home / "rabbitmq")
    options: dict[str, Any] = {
        "cwd": home,
        "env": environment,
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
    }

    def command(*words: str) -> list[str]:
        return (
            elsewhere(list(words), f"{user.uid}:{user.gid}" if user else "0:0") if elsewhere else list(words)
        )

    if user and not elsewhere:
        options |= {"user": user.uid, "group": user.gid, "extra_groups": []}
    with ExitStack() as stack:
        stack.enter_context(claims)
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        log = stack.enter_context((home / "start.log").open("wb"))
        stack.enter_context(
            _process(command("epmd", "-port", str(names), "-address", "127.0.0.1"), log, options)
        )
        servers: list[subprocess.Popen[bytes]] = []
        stack.callback(lambda: _stop(servers[-1]))
        servers.append(subprocess.Popen(command(str(SERVER)), stdout=log, **options))
        wait_until_it_answers(address, port, servers[-1], home / "start.log")
        url = f"amqp://guest:guest@{address}:{port}//"
        yield Broker(url, port, address, home / "start.log", options, servers, command)


def _environment(home: Path, *, address: str, port: int, distribution: int, names: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "RABBITMQ_NODENAME": f"arhan-test-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": address,
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none.conf"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": QUIET,
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


@contextmanager
def _process(command: list[str], log: Any, options: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=log, **options)
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_it_answers(address: str, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """AMQP is served when the server answers a wrong greeting with its own (AMQP 0-9-1, 2.2.4)."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with socket.create_connection((address, port), timeout=2) as probe:
                probe.sendall(b"AMQP\x09\x09\x09\x09")
                if probe.recv(4) == b"AMQP":
                    return
        except OSError:
            pass
        time.sleep(0.2)
    msg = "RabbitMQ does not answer:\n" + log.read_text()
    raise AssertionError(msg)
