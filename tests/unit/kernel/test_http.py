"""A replica that dies while it is asked: the caller asks the next one."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from arhan.kernel import http, settings
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing says RST, as the kernel does for a process that was killed."""


class Tokens:
    def cached(self, _audience: str) -> str:
        return "token"


def killed(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.close()


def killed_while_answering(writer: asyncio.StreamWriter) -> None:
    writer.write(ANSWER[:-1])
    writer.close()


def stopped(writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.fixture
def _payment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", "postgresql://payment@/arhan_payment")
    monkeypatch.setenv("SECRET_KEY", "secret")
    settings.load.cache_clear()
    yield
    settings.load.cache_clear()


async def asked(*deaths: Callable[[asyncio.StreamWriter], None]) -> bytes:
    """What a caller is answered when so many replicas die of this, one after the other."""
    left = list(deaths)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        if left:
            left.pop(0)(writer)
            return
        writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        client = http.AsyncServiceClient("payment", "fraud")
        client._base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client._tokens = Tokens()  # type: ignore[assignment]
        try:
            return await client.post("/v1/decisions", {})
        finally:
            await client.aclose()


@pytest.mark.usefixtures("_payment")
@pytest.mark.parametrize("death", [killed, killed_while_answering, stopped], ids=lambda f: f.__name__)
def test_a_replica_that_dies_under_a_question_is_not_noticed(
    death: Callable[[asyncio.StreamWriter], None],
) -> None:
    assert asyncio.run(asked(death)) == b"{}"


@pytest.mark.usefixtures("_payment")
def test_two_that_die_are_no_answer() -> None:
    with pytest.raises(Refused, match="does not answer"):
        asyncio.run(asked(killed, killed))
