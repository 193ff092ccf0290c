"""HTTP/1.1 between the bank's own processes: POST a body, get a status and a body, nothing else.

A general client costs more of an engine's time than the payments it carries (httpx: 1.2 ms of
processor time a call, this: 0.1 ms). Connections are kept; each carries one request at a time. Our own
servers always say how long an answer is, so an answer that does not is unreadable.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_HEAD = 64 * 1024
CONNECT_LIMIT_S = 2.0
_LENGTH = b"\r\ncontent-length:"


class WireError(ConnectionError):
    """No whole, readable answer came; whether the request was carried out is not known."""


class StaleError(WireError):
    """The connection had been closed while it was idle: the request was not answered, not even begun."""


class Wire:
    """Connections to one sibling."""

    def __init__(self, base_url: str) -> None:
        """Connects when first used."""
        parts = urlsplit(base_url)
        self._host = parts.hostname or "127.0.0.1"
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._is_tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._idle: list[_Connection] = []

    async def post(
        self, path: str, body: bytes, *, headers: Mapping[str, str], timeout_s: float
    ) -> tuple[int, bytes]:
        """Status and body of the answer; WireError or TimeoutError when there is none.

        On a connection that went stale the request is sent once more, on a new one: commands between
        siblings are answered, not repeated, when they come twice.
        """
        request = self._request(path, body, headers)
        async with asyncio.timeout(timeout_s):
            while self._idle:
                try:
                    return await self._ask(self._idle.pop(), request)
                except StaleError:
                    continue
            return await self._ask(await self._connect(), request)

    async def aclose(self) -> None:
        """Close the connections nobody uses."""
        while self._idle:
            self._idle.pop().close()

    async def _ask(self, connection: _Connection, request: bytes) -> tuple[int, bytes]:
        try:
            answer = await connection.ask(request)
        except BaseException:
            connection.close()  # cancelled or broken: whatever still comes belongs to nobody
            raise
        if connection.is_open:
            self._idle.append(connection)
        return answer

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                _, connection = await loop.create_connection(
                    _Connection, self._host, self._port, ssl=self._is_tls or None
                )
        except (OSError, TimeoutError) as error:
            msg = f"cannot connect to {self._host}:{self._port}: {error}"
            raise WireError(msg) from error
        return connection

    def _request(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        head = [f"POST {self._prefix}{path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head += [f"Content-Length: {len(body)}", "\r\n"]
        return "\r\n".join(head).encode("latin-1") + body


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body_at = 0
        self._length = 0

    @property
    def is_open(self) -> bool:
        """Whether it can carry another request."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; its answer, or WireError."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._answer.set_exception(StaleError("the connection was closed while idle"))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by name

    def connection_lost(self, exc: Exception | None) -> None:
        kind = WireError if self._received else StaleError
        self._fail(kind(f"the connection was closed: {exc or 'by the other side'}"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._body_at and not self._read_head():
            return
        if len(self._received) >= self._body_at + self._length:
            self._finish()

    def _read_head(self) -> bool:
        """Find out how long the answer is; False while its head is not whole."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            if len(self._received) > LARGEST_HEAD:
                self._fail(WireError("the head of the answer has no end"))
            return False
        head = bytes(self._received[:end]).lower()
        _, found, after = head.partition(_LENGTH)
        length = after.partition(b"\r\n")[0].strip()
        if not head.startswith(b"http/1.1 ") or not found or not length.isdigit():
            self._fail(WireError("the answer does not say how long it is"))
            return False
        self._body_at, self._length = end + 4, int(length)
        return True

    def _finish(self) -> None:
        status = int(self._received[9:12])
        body = bytes(self._received[self._body_at : self._body_at + self._length])
        head = bytes(self._received[: self._body_at]).lower()
        if len(self._received) > self._body_at + self._length or b"\r\nconnection: close" in head:
            self.close()
        self._received.clear()
        self._body_at = self._length = 0
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, body))

    def _fail(self, error: WireError) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
