"""A real RabbitMQ, disturbed while events flow: nothing is lost, nothing doubled, and how late it came."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import amqp
import kombu.exceptions
import pytest

from tests import rabbitmq
from tests.bank import eventually
from tests.full import servers
from tests.full.conftest import DELAYS
from tests.integration.kernel.conftest import clean, databases, open_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.kernel.conftest import Line
    from tests.postgres import Databases
    from tests.rabbitmq import Broker

__all__ = ["clean", "databases"]
pytestmark = pytest.mark.timeout(1800)
"""The first one fetches the servers that compose pins."""
EVERY_S = 0.05
BEFORE_S, DISTURBED_S = 3, 8
ALARM = "0.000001"
"""A watermark that any server is above: publishers are blocked until it is put back."""


@pytest.fixture(scope="module", params=["compose", "debian"])
def broker(request: pytest.FixtureRequest, pinned: None) -> Iterator[Broker]:
    """RabbitMQ 4, which compose pins, and this Debian's own, beside which the units of systemd run."""
    elsewhere = servers.with_temporary_files if request.param == "compose" else None
    with rabbitmq.serving(elsewhere=elsewhere) as running:
        yield running


@pytest.fixture
def line(broker: Broker, clean: Databases, tmp_path: Path) -> Iterator[Line]:
    with open_line(clean, broker.url, tmp_path) as opened:
        yield opened


def restart(broker: Broker) -> None:
    broker.restart()


def stop_app(broker: Broker) -> None:
    broker.control("stop_app")
    time.sleep(DISTURBED_S)
    broker.control("start_app")


def purge(broker: Broker) -> None:
    deadline = time.monotonic() + DISTURBED_S
    while time.monotonic() < deadline:
        broker.control("purge_queue", "arhan.ledger")


def memory_alarm(broker: Broker) -> None:
    broker.control("set_vm_memory_high_watermark", ALARM)
    eventually(lambda: "memory" in broker.control("eval", "rabbit_alarm:get_alarms()."), what="the alarm")
    time.sleep(DISTURBED_S)
    broker.control("set_vm_memory_high_watermark", "0.4")


class Load:
    """Events that happen all the time."""

    def __init__(self, line: Line) -> None:
        self.names: list[str] = []
        self._line = line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @contextmanager
    def running(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            name = f"event-{len(self.names):05d}"
            self._line.publish(name)
            self.names.append(name)


@pytest.mark.parametrize("disturb", [restart, stop_app, purge, memory_alarm], ids=lambda f: f.__name__)
def test_a_disturbed_broker_costs_delay_and_never_an_event(
    line: Line, broker: Broker, disturb: Callable[[Broker], None]
) -> None:
    line.start_listener()
    line.start_relay()
    load = Load(line)
    with load.running():
        eventually(lambda: len(line.heard()) > BEFORE_S / EVERY_S / 2, what="events that flow")
        disturb(broker)
        over, owed = time.monotonic(), len(load.names)
        eventually(lambda: ticked(line) >= owed, within_s=120, what="what was published meanwhile")
        version = broker.control("version").strip()
        DELAYS[f"RabbitMQ {version}, {disturb.__name__}"] = time.monotonic() - over
    eventually(lambda: ticked(line) >= len(load.names), within_s=120, what="all that was published")
    assert line.heard() == load.names


def ticked(line: Line) -> int:
    """How many events were heard; the clock ticks as the bank's beat does, if the broker lets it."""
    with suppress(OSError, amqp.AMQPError, kombu.exceptions.KombuError):
        line.tick()
    time.sleep(0.5)
    return len(line.heard())
