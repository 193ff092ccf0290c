"""Where every process of the bank is born: one process that imports the libraries once and forks.

Fifteen interpreters that each import Django, Celery and the rest cost fifteen times two seconds
and fifteen times 70 MiB; forked after the imports they share most of that memory and start at
once. Only libraries are imported here, nothing of a service, and no thread or connection is
opened, so that a child is as good as one started by itself (`python -m module`). Programs that
are not Python (PostgreSQL, nginx) are forked and executed here as well: one place that gives a
child its session, log, user and environment, and asks the kernel to end it with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PRELOADED = (
    # the web
    "django.core.management",
    "django.core.wsgi",
    "django.db.backends.postgresql.base",
    "django.db.models",
    "django.template",
    "django.urls",
    "pydantic.json_schema",
    "pydantic.main",
    "pydantic.root_model",
    "pydantic.type_adapter",
    "pydantic.types",
    "starlette.applications",
    "granian.server.mt",
    "uvloop",
    "msgspec",
    # the database
    "psycopg_pool",
    # events
    "celery.app.base",
    "celery.apps.worker",
    "celery.concurrency.thread",
    "celery.worker.worker",
    "celery.fixups.django",
    "kombu.transport.pgmq",
    # trust and outgoing calls
    "cryptography.fernet",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "joserfc.jwt",
    "httpx",
    "structlog",
    "setproctitle",
)
LARGEST_MESSAGE = 128 * 1024
ANSWER_TIMEOUT_S = 120.0
"""Long enough for the imports on a slow machine; a nursery that takes longer hangs."""
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Order:
    """A child to bring to life."""

    title: str
    """What `ps` shows of a Python child."""
    command: tuple[str, ...]
    """A Python module and its arguments, or a program's path and its arguments."""
    environment: dict[str, str]
    log: str
    python: bool = True
    """Whether `command` names a module, run as `python -m` would, or a program."""
    death_signal: int = signal.SIGTERM
    """What the kernel sends the child if the nursery ends before it."""
    user: tuple[int, int] | None = None
    """User and group it becomes; None: the launcher's own."""

    def with_environment(self, extra: Mapping[str, str]) -> Order:
        """The same child, told something more."""
        return replace(self, environment=self.environment | dict(extra)) if extra else self


class Nursling:
    """A child of the nursery, with the two things a supervisor asks of subprocess.Popen."""

    def __init__(self, nursery: Nursery, *, pid: int, birth: int) -> None:
        """Born already, as the nursery's `birth`-th."""
        self.pid = pid
        self._nursery = nursery
        self._birth = birth

    def poll(self) -> int | None:
        """None while it runs, else its exit status (negative: the signal that ended it)."""
        return self._nursery.exit_status(self._birth)


class Nursery:
    """The launcher's end: orders children and hears of their ends."""

    def __init__(self, *, log: Path) -> None:
        """Start it; it serves at once and imports when first asked to."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(ANSWER_TIMEOUT_S)
        environment = dict(os.environ) | {"MALLOC_ARENA_MAX": "2"}
        with theirs, log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "arhan.runner.nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd="/",
                pass_fds=(theirs.fileno(),),
                env=environment,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self.is_open = True
        self._socket = ours
        self._news = select.poll()
        self._news.register(ours, select.POLLIN)
        self._births = 0
        self._exits: dict[int, int] = {}
        """By birth, not by process number: the kernel gives the number of a dead child to another."""
        self._turn = threading.RLock()
        """Supervisors of several banks may share a nursery; each reads the answer to its own question."""

    def preload(self) -> None:
        """Import the libraries now, while the caller does something else."""
        with contextlib.suppress(OSError):
            self._socket.sendall(b"{}")

    def spawn(self, order: Order) -> Nursling:
        """Bring one child to life; waits for imports that are under way."""
        try:
            with self._turn:
                self._births += 1
                self._socket.sendall(json.dumps({"birth": self._births, "order": asdict(order)}).encode())
                while (answer := self._receive()) is not None:
                    if "born" in answer:
                        return Nursling(self, pid=answer["pid"], birth=answer["born"])
        except OSError:
            self.close()
        msg = "The process that starts the others has ended; logs/nursery.log says why."
        raise CannotRun(msg)

    def exit_status(self, birth: int) -> int | None:
        """None while that child runs; when the nursery itself died, its children were told to."""
        with self._turn:
            while self.is_open and self._has_news():
                self._receive()
        return self._exits.get(birth, None if self.is_open else -signal.SIGTERM)

    def close(self) -> None:
        """Let the nursery end; children that still run are told to by the kernel."""
        self.is_open = False
        self._socket.close()
        self._process.wait()

    def _has_news(self) -> bool:
        return bool(self._news.poll(0))

    def _receive(self) -> dict[str, int] | None:
        """The next message, an end noted; None once the nursery is gone."""
        try:
            packet = self._socket.recv(LARGEST_MESSAGE)
        except ConnectionResetError:
            packet = b""
        if not packet:
            self.close()
            return None
        message: dict[str, int] = json.loads(packet)
        if "died" in message:
            self._exits[message["died"]] = message["status"]
        return message


def die_with_parent(*, parent: int, number: int) -> None:
    """Ask the kernel to signal this process when its parent ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def main() -> None:
    """Be the nursery; in a child, be that child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = socket.socket(fileno=int(sys.argv[1]))
    line.set_inheritable(False)  # the launcher must hear when we end, whatever program still runs
    order = _serve(line)
    if order is None:
        return
    sys.argv = list(order.command)
    runpy.run_module(order.command[0], run_name="__main__", alter_sys=True)


def _serve(line: socket.socket) -> Order | None:
    """Fork on order and report ends until the launcher hangs up; in each child, its order."""
    births: dict[int, int] = {}
    wake, wakened = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        while True:
            selector.select()
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 4096)
            _report_ends(line, births)
            try:
                packet = line.recv(LARGEST_MESSAGE, socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                return None
            if not packet:
                return None
            if order := _obey(line, json.loads(packet), births):
                os.close(wake)
                os.close(wakened)
                line.close()
                return order


def _obey(line: socket.socket, message: dict[str, Any], births: dict[int, int]) -> Order | None:
    """Carry out one message; returns the order in the child it made, None in the nursery."""
    if not message:
        _import_libraries()
        return None
    order = Order(**message["order"])
    if order.python:
        _import_libraries()
    nursery = os.getpid()
    if pid := os.fork():
        births[pid] = message["birth"]
        _tell(line, {"born": message["birth"], "pid": pid})
        return None
    _become(order, nursery=nursery)
    if not order.python:
        _execute(order)
    return order


def _import_libraries() -> None:
    """Import once; what exists then is left alone by every child's garbage collector, hence shared."""
    if "setproctitle" in sys.modules:
        return
    for name in PRELOADED:
        importlib.import_module(name)
    _set_title("nursery")
    gc.collect()
    gc.freeze()


def _report_ends(line: socket.socket, births: dict[int, int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            _tell(line, {"died": births.pop(pid), "status": os.waitstatus_to_exitcode(status)})


def _tell(line: socket.socket, message: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        line.sendall(json.dumps(message).encode())


def _become(order: Order, *, nursery: int) -> None:
    """Turn this fork into a process of its own: session, log, user, environment, name."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.setsid()
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    if order.user:
        uid, gid = order.user
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    die_with_parent(parent=nursery, number=order.death_signal)
    os.environ.clear()
    os.environ.update(order.environment)
    if order.python:
        _set_title(order.title)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def _execute(order: Order) -> None:
    try:
        os.execve(order.command[0], order.command, order.environment)  # noqa: S606 - the runner's own table
    except OSError as error:
        os.write(2, f"{order.command[0]}: {error}\n".encode())
        os._exit(127)


def _set_title(title: str) -> None:
    setproctitle = importlib.import_module("setproctitle")
    setproctitle.setproctitle(f"arhan: {title}")


if __name__ == "__main__":
    main()
