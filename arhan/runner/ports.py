"""Which port each process listens on: the table's, or free ones for a bank beside another."""

from __future__ import annotations

import random
import socket
from typing import TYPE_CHECKING, Self

from arhan import topology
from arhan.runner import procfs
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

GATEWAY = "gateway"
HIGHEST_PORT = 65_535
AUTO_RANGE = range(20_000, 32_000)
"""Below Linux's range for outgoing connections, so that a restarted process finds its port again."""

Ports = dict[str, int]
"""Process name (`account.office`, `account.engine`, `gateway`) -> TCP port on 127.0.0.1."""


def listeners() -> Iterator[tuple[str, int]]:
    """Every process that listens, with its default port."""
    for service in topology.SERVICES:
        yield f"{service.name}.office", service.port
        if service.engine_port:
            yield f"{service.name}.engine", service.engine_port
    yield GATEWAY, topology.GATEWAY_PORT


class Claims:
    """Ports that are ours until we let go, also while the process that listens there is dead.

    Said to other banks of this machine by a name in Linux's abstract socket namespace, which
    ends with its holder: there is no file to leave behind.
    """

    def __init__(self) -> None:
        """None yet."""
        self._held: list[socket.socket] = []

    def take(self, count: int) -> list[int]:
        """So many free ports that no other bank has claimed."""
        candidates = iter(random.sample(AUTO_RANGE, len(AUTO_RANGE)))
        return [next(port for port in candidates if self._claim(port)) for _ in range(count)]

    def release(self) -> None:
        """Let go of all of them."""
        while self._held:
            self._held.pop().close()

    def __enter__(self) -> Self:
        """Leave it and they are let go."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """However the block ended."""
        self.release()

    def _claim(self, port: int) -> bool:
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            name.bind(f"\0arhan-port-{port}")
        except OSError:
            name.close()
            return False
        if is_free(port):
            self._held.append(name)
            return True
        name.close()
        return False


def choose(settings: Mapping[str, str], claims: Claims) -> Ports:
    """The ports of a bank that is about to start; refuses a busy one and names who holds it.

    ARHAN_PORTS=auto claims free ones; ARHAN_GATEWAY_PORT says the gateway's in either case.
    """
    chosen = free_ports(claims) if settings.get("ARHAN_PORTS") == "auto" else dict(listeners())
    if gateway := settings.get("ARHAN_GATEWAY_PORT"):
        chosen[GATEWAY] = _port_number(gateway)
    busy = [sentence for name, port in chosen.items() if (sentence := _busy(name, port))]
    if busy:
        raise CannotRun("\n".join([*busy, "Stop it, or start with ARHAN_PORTS=auto."]))
    return chosen


def free_ports(claims: Claims) -> Ports:
    """A free port for every listener."""
    names = [name for name, _ in listeners()]
    return dict(zip(names, claims.take(len(names)), strict=True))


def is_free(port: int) -> bool:
    """Whether somebody could listen there now; connections that are closing do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _busy(name: str, port: int) -> str:
    if is_free(port):
        return ""
    holder = procfs.port_holder(port) or "a process of another user"
    return f"Port {port}, which {name} needs, is in use by {holder}."


def _port_number(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    msg = f"ARHAN_GATEWAY_PORT must be a port number, not {text!r}."
    raise CannotRun(msg)
