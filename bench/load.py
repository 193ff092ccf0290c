"""Many customers at once, in a process of their own: keep-alive connections that wait for each answer.

The first line of standard input is the job, every other one a phase; each phase is answered with a
line on standard output. Between phases the customers rest, still connected.

HTTP/1.1 written and read by hand on asyncio streams with uvloop: a client library would take more
of the machine than the bank does. Every connection serves one request at a time, as a browser would.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec
import uvloop


class Plastic(msgspec.Struct, frozen=True):
    """What is printed on a card."""

    number: str
    expiry: str
    cvv: str


class Customer(msgspec.Struct, frozen=True):
    """Somebody who pays: from where, with which PIN, in which login, and whom."""

    token: str
    account: str
    pin: str
    payees: list[str]
    card: Plastic | None = None
    """Pays with it instead of the account."""


class Phase(msgspec.Struct, frozen=True):
    """One stretch of load: a number of requests, or a time."""

    requests: int | None = None
    seconds: float | None = None


class Job(msgspec.Struct, frozen=True):
    """What the load is made of."""

    host: str
    port: int
    path: str
    connections: int
    currency: str
    run: str
    customers: list[Customer]
    capture: str = ""
    """Of card payments: now or later."""


@dataclass
class Tally:
    """What came of one phase."""

    answers: Counter[str] = field(default_factory=Counter)
    """`completed`, `declined insufficient_funds`, `HTTP 503`, ..."""
    latencies: list[float] = field(default_factory=list)
    """Seconds, of every answer."""

    def describe(self, seconds: float) -> dict[str, Any]:
        """As JSON."""
        ordered = sorted(self.latencies)
        return {
            "seconds": seconds,
            "answers": dict(self.answers.most_common()),
            "latencies_ms": [round(1000 * latency, 2) for latency in ordered],
        }


class Load:
    """All connections of one job."""

    def __init__(self, job: Job) -> None:
        """Nothing is connected yet."""
        self._job = job
        self._number = 0
        self._random = random.Random(job.run)
        self._links: list[Link] = []
        self._tally = Tally()
        self._until = 0.0
        self._left = 0

    async def connect(self) -> None:
        """Open every connection."""
        self._links = [await _connect(self._job) for _ in range(self._job.connections)]

    async def run(self, phase: Phase) -> dict[str, Any]:
        """What came of one phase."""
        self._tally = Tally()
        self._until = time.monotonic() + (phase.seconds or 1e9)
        self._left = phase.requests or sys.maxsize
        processor, began = time.process_time(), time.monotonic()
        await asyncio.gather(*(self._serve(place) for place in range(len(self._links))))
        described = self._tally.describe(time.monotonic() - began)
        return {"processor_s": time.process_time() - processor} | described

    async def _serve(self, place: int) -> None:
        """One connection: the next customer's payment, again and again."""
        link = self._links[place]
        while self._left > 0 and time.monotonic() < self._until:
            self._left -= 1
            request = self._next_request()
            began = time.perf_counter()
            try:
                status, body = await link.ask(request)
            except (OSError, EOFError) as error:
                self._tally.answers[f"connection {type(error).__name__}"] += 1
                link = self._links[place] = await _connect(self._job)
                continue
            self._tally.latencies.append(time.perf_counter() - began)
            self._tally.answers[_name(status, body)] += 1

    def _next_request(self) -> bytes:
        job = self._job
        self._number += 1
        customer = job.customers[self._number % len(job.customers)]
        body = msgspec.json.encode(
            self._payer(customer)
            | {
                "payee_number": self._random.choice(customer.payees),
                "amount": self._random.randrange(101, 9_999),
                "currency": job.currency,
                "pin": customer.pin,
                "narration": "bench",
            }
        )
        head = (
            f"POST {job.path} HTTP/1.1\r\nHost: {job.host}:{job.port}\r\n"
            f"Authorization: Bearer {customer.token}\r\nIdempotency-Key: {job.run}-{self._number}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _payer(self, customer: Customer) -> dict[str, str]:
        """Who pays: an account, or a card."""
        card = customer.card
        if card is None:
            return {"payer_account": customer.account}
        return {
            "card_number": card.number,
            "expiry": card.expiry,
            "cvv": card.cvv,
            "capture": self._job.capture,
        }


class Link(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self) -> None:
        """Not connected yet."""
        self._transport: Any = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of an answer, or all of it."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        self._received = b""
        if self._answer and not self._answer.done():
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side hung up."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or EOFError())

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Status and body of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._answer.set_exception(EOFError())
        else:
            self._transport.write(request)
        return self._answer


def _content_length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"\r\ncontent-length:")
    return int(after.split(b"\r\n", 1)[0])


async def _connect(job: Job) -> Link:
    _, link = await asyncio.get_running_loop().create_connection(Link, job.host, job.port)
    return link


def _name(status: int, body: bytes) -> str:
    """What became of a payment, in a word or two."""
    answer = msgspec.json.decode(body) if body else {}
    code = answer.get("code", "")
    if status == 201:
        return f"{answer['status']} {code}".strip()
    return f"HTTP {status} {code}".strip()


async def serve() -> None:
    """Read the job, then carry out phases until there are no more."""
    load = Load(msgspec.json.decode(sys.stdin.buffer.readline(), type=Job))
    await load.connect()
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        print(json.dumps(await load.run(msgspec.json.decode(line, type=Phase))), flush=True)


def main() -> None:
    """Carry out a job."""
    uvloop.run(serve())


if __name__ == "__main__":
    main()
