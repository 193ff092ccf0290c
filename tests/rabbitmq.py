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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arhan.runner import ports, privilege

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The server itself; /usr/sbin/rabbitmq-server insists on the system's user and directories."""
START_LIMIT_S = 120
STOP_LIMIT_S = 60


@contextmanager
def running() -> Iterator[str]:
    """CELERY_BROKER_URL of a fresh broker; stopped and removed afterwards."""
    assert SERVER.exists(), "RabbitMQ is missing: `make test` installs it (apt-get install rabbitmq-server)."
    home = Path(tempfile.mkdtemp(prefix="arhan-rabbitmq-"))
    user = privilege.choose_user(data=home / "mnesia")
    if user:
        os.chown(home, user.uid, user.gid)
    claims = ports.Claims()
    port, distribution, names = claims.take(3)
    options: dict[str, Any] = {
        "cwd": home,
        "env": _environment(home, port=port, distribution=distribution, names=names),
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
        "user": user.uid if user else None,
        "group": user.gid if user else None,
        "extra_groups": [] if user else None,
    }
    epmd = shutil.which("epmd") or "epmd"
    with ExitStack() as stack:
        stack.enter_context(claims)
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        log = stack.enter_context((home / "start.log").open("wb"))
        stack.enter_context(_process([epmd, "-port", str(names), "-address", "127.0.0.1"], log, options))
        server = stack.enter_context(_process([str(SERVER)], log, options))
        _wait_until_it_answers(port, server, home / "start.log")
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


def _environment(home: Path, *, port: int, distribution: int, names: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "RABBITMQ_NODENAME": f"arhan-test-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none.conf"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        # one scheduler that sleeps when it has nothing to do: the tests share the machine
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


@contextmanager
def _process(command: list[str], log: Any, options: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=log, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """AMQP is served when the server answers a wrong greeting with its own (AMQP 0-9-1, 2.2.4)."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
                probe.sendall(b"AMQP\x09\x09\x09\x09")
                if probe.recv(4) == b"AMQP":
                    return
        except OSError:
            pass
        time.sleep(0.2)
    msg = "RabbitMQ does not answer:\n" + log.read_text()
    raise AssertionError(msg)
