"""The name server of compose's networks: a name is every replica of it that runs (RFC 1035)."""

from __future__ import annotations

import ipaddress
import socketserver
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Addresses = Callable[[str], list[str]]

HEADER = struct.Struct("!6H")
ANSWERED, NO_SUCH_NAME = 0x8180, 0x8183
A, INTERNET = 1, 1
LIFE_S = 600
"""What Docker says; whoever wants to see replicas come and go asks again sooner."""
TO_THE_QUESTION = 0xC00C


class Question(socketserver.BaseRequestHandler):
    """One datagram."""

    server: NameServer

    def handle(self) -> None:
        asked, socket = self.request
        number, *_ = HEADER.unpack_from(asked)
        name, end = _name(asked)
        (kind,) = struct.unpack_from("!H", asked, end)
        found = self.server.addresses(name)
        answers = found if kind == A else []
        records = b"".join(
            struct.pack("!HHHIH", TO_THE_QUESTION, A, INTERNET, LIFE_S, 4)
            + ipaddress.IPv4Address(address).packed
            for address in answers
        )
        state = ANSWERED if found else NO_SUCH_NAME
        head = HEADER.pack(number, state, 1, len(answers), 0, 0)
        socket.sendto(head + asked[HEADER.size : end + 4] + records, self.client_address)
        self.server.told[name] = answers or self.server.told.get(name, [])


class NameServer(socketserver.ThreadingUDPServer):
    """Answers questions for IPv4 addresses; of any other kind there are none."""

    daemon_threads = True

    def __init__(self, address: str, addresses: Addresses) -> None:
        super().__init__((address, 53), Question)
        self.addresses = addresses
        self.told: dict[str, list[str]] = {}
        """Name -> what was answered last."""


def _name(asked: bytes) -> tuple[str, int]:
    """The name asked for, and where it ends."""
    labels, at = [], HEADER.size
    while size := asked[at]:
        labels.append(asked[at + 1 : at + 1 + size].decode())
        at += 1 + size
    return ".".join(labels), at + 1


@contextmanager
def serving(address: str, addresses: Addresses) -> Iterator[NameServer]:
    """A name server on port 53 of an address."""
    with NameServer(address, addresses) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
