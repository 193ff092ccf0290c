from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from arhan.runner import ports
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def claims() -> Iterator[ports.Claims]:
    with ports.Claims() as held:
        yield held


def test_a_busy_port_is_named_with_its_process(taken: int, claims: ports.Claims) -> None:
    settings = {"ARHAN_PORTS": "auto", "ARHAN_GATEWAY_PORT": str(taken)}
    with pytest.raises(CannotRun, match=rf"Port {taken}, which gateway needs, .* process {os.getpid()} \("):
        ports.choose(settings, claims)


def test_free_ports_are_all_different(claims: ports.Claims) -> None:
    chosen = ports.choose({"ARHAN_PORTS": "auto"}, claims)
    assert set(chosen) == {name for name, _ in ports.listeners()}
    assert len(set(chosen.values())) == len(chosen)


def test_free_ports_are_not_those_of_outgoing_connections(claims: ports.Claims) -> None:
    assert all(port in ports.AUTO_RANGE for port in ports.free_ports(claims).values())


def test_the_table_s_ports_are_the_default(monkeypatch: pytest.MonkeyPatch, claims: ports.Claims) -> None:
    monkeypatch.setattr(ports, "is_free", lambda _port: True)
    assert ports.choose({}, claims) == dict(ports.listeners())


@pytest.mark.parametrize("wrong", ["http", "0", "65536", "-1", "80 "])
def test_a_gateway_port_that_is_none_is_refused(wrong: str, claims: ports.Claims) -> None:
    with pytest.raises(CannotRun, match="ARHAN_GATEWAY_PORT must be a port number"):
        ports.choose({"ARHAN_PORTS": "auto", "ARHAN_GATEWAY_PORT": wrong}, claims)


def test_a_port_that_is_only_closing_is_free() -> None:
    with socket.socket() as listener, socket.socket() as client:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        client.connect(("127.0.0.1", port))
        served, _ = listener.accept()
        served.close()
    assert ports.is_free(port)


def test_a_bank_s_port_is_no_other_bank_s_though_nobody_listens_there(
    claims: ports.Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that died starts again on its port; a bank that starts meanwhile must not take it."""
    few = claims.take(4)
    monkeypatch.setattr(ports, "AUTO_RANGE", few)
    with ports.Claims() as another, pytest.raises(StopIteration):
        another.take(1)
    claims.release()
    with ports.Claims() as another:
        assert set(another.take(4)) == set(few)
