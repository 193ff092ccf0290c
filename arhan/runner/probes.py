"""Questions whether a process is ready, each asked again and again without ever blocking."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASK_AGAIN_S = 10.0
"""An answer that takes longer is given up: the process may have died with our connection open."""


class Probe(Protocol):
    """A question about one life of a process."""

    def is_ready(self) -> bool:
        """Whether the process said so; returns at once."""


class HttpProbe:
    """Ready when GET answers 200.

    A server that listens before it has loaded lets a request wait; the connection stays open
    between two looks instead of holding everybody up.
    """

    def __init__(self, port: int, path: str = "/health/ready") -> None:
        """On 127.0.0.1."""
        self._port = port
        self._path = path
        self._open: socket.socket | None = None
        self._asked_at = 0.0

    def is_ready(self) -> bool:
        """Look whether the answer has come; ask if nobody did."""
        try:
            return self._look(self._open or self._ask())
        except BlockingIOError:
            if time.monotonic() > self._asked_at + ASK_AGAIN_S:
                self._forget()
        except OSError:
            self._forget()
        return False

    def _ask(self) -> socket.socket:
        self._open = socket.create_connection(("127.0.0.1", self._port), timeout=1)
        request = f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nConnection: close\r\n\r\n"
        self._open.sendall(request.encode())
        self._open.settimeout(0)
        self._asked_at = time.monotonic()
        return self._open

    def _look(self, answering: socket.socket) -> bool:
        start = answering.recv(64)
        self._forget()
        return start.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))

    def _forget(self) -> None:
        if self._open:
            self._open.close()
        self._open = None


class FileProbe:
    """Ready when the process has made its ready file; a file of a life before is removed."""

    def __init__(self, path: Path) -> None:
        """Made just before the process is started."""
        self._path = path
        with contextlib.suppress(FileNotFoundError):
            path.unlink()

    def is_ready(self) -> bool:
        """Look for the file."""
        return self._path.exists()


class CallProbe:
    """Ready when a function says so."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        """`ask` answers quickly."""
        self._ask = ask

    def is_ready(self) -> bool:
        """Ask."""
        return self._ask()
