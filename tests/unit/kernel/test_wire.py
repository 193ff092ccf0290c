from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvloop

from arhan.kernel.wire import StaleError, Wire, WireError

RUN = {"asyncio": asyncio.run, "uvloop": uvloop.run}
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def read_request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return head, await reader.readexactly(length)


async def with_server(serve: Serve, talk: Callable[[Wire], Awaitable[Any]]) -> Any:
    """Talk to a server that serves each connection as the test says."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wire = Wire(f"http://127.0.0.1:{port}/prefix")
    try:
        return await talk(wire)
    finally:
        await wire.aclose()
        server.close()
        await server.wait_closed()


def talk(serve: Serve, *bodies: bytes, timeout_s: float = 10.0) -> list[tuple[int, bytes]]:
    async def ask_each(wire: Wire) -> list[tuple[int, bytes]]:
        return [
            await wire.post("/v1/things", body, headers={"X-One": "1"}, timeout_s=timeout_s)
            for body in bodies
        ]

    answers: list[tuple[int, bytes]] = asyncio.run(with_server(serve, ask_each))
    return answers


def answering(*answers: bytes, requests: list[tuple[bytes, bytes]] | None = None) -> Serve:
    """Answer the requests of each connection in turn, then hang up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            request = await read_request(reader)
            if requests is not None:
                requests.append(request)
            writer.write(answer)
            await writer.drain()

    return serve


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_request_says_what_it_is_and_how_long(loop: str) -> None:
    requests: list[tuple[bytes, bytes]] = []

    async def ask(wire: Wire) -> tuple[int, bytes]:
        return await wire.post("/v1/things", b'{"a":1}', headers={"X-One": "1"}, timeout_s=10)

    assert RUN[loop](with_server(answering(OK, requests=requests), ask)) == (200, b"{}")
    ((head, body),) = requests
    assert head.startswith(b"POST /prefix/v1/things HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nX-One: 1\r\n" in head
    assert body == b'{"a":1}'


def test_one_connection_carries_one_request_after_another() -> None:
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while True:
            await read_request(reader)
            writer.write(OK)

    assert talk(serve, b"1", b"2", b"3") == [(200, b"{}")] * 3
    assert len(connections) == 1


def test_an_answer_may_come_in_pieces() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for piece in (b"HTTP/1.1 409 Conf", b"lict\r\ncontent-length:  5", b"\r\n\r\nab", b"c", b"de"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    assert talk(serve, b"") == [(409, b"abcde")]


def test_an_empty_answer_is_an_answer() -> None:
    assert talk(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), b"") == [(200, b"")]


def test_a_connection_closed_while_idle_is_replaced() -> None:
    requests: list[tuple[bytes, bytes]] = []
    assert talk(answering(OK, requests=requests), b"1", b"2", b"3") == [(200, b"{}")] * 3
    assert [body for _, body in requests] == [b"1", b"2", b"3"]


def test_a_connection_the_other_side_means_to_close_is_not_used_again() -> None:
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await read_request(reader)
        writer.write(closing)
        await reader.read()

    assert talk(serve, b"1", b"2") == [(200, b"{}")] * 2
    assert len(connections) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"x" * 100_000,
    ],
    ids=["no length", "chunked", "not a number", "not HTTP", "cut short", "no end"],
)
def test_an_answer_that_cannot_be_read_is_none(answer: bytes) -> None:
    with pytest.raises(WireError):
        talk(answering(answer), b"1")


def test_a_silent_sibling_is_given_up() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(TimeoutError):
        talk(serve, b"1", timeout_s=0.05)


def test_an_answer_that_comes_too_late_is_nobody_elses() -> None:
    """After a time-out the connection is closed, so the next request cannot get the last one's answer."""
    numbers = iter(range(10))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await read_request(reader)
        if next(numbers) == 0:
            await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + body)
        await reader.read()

    async def ask(wire: Wire) -> bytes:
        with pytest.raises(TimeoutError):
            await wire.post("/", b"1", headers={}, timeout_s=0.05)
        await asyncio.sleep(0.3)
        return (await wire.post("/", b"2", headers={}, timeout_s=10))[1]

    assert asyncio.run(with_server(serve, ask)) == b"2"


def test_nobody_there_is_an_error_of_the_wire() -> None:
    async def ask() -> None:
        await Wire("http://127.0.0.1:1").post("/", b"", headers={}, timeout_s=5)

    with pytest.raises(WireError, match="cannot connect"):
        asyncio.run(ask())


def test_a_connection_that_dies_before_it_answers_is_told_apart() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    with pytest.raises(StaleError):
        talk(serve, b"1")
