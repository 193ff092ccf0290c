"""From an outbox to an inbox, over both brokers: once, in order, whatever dies or gets lost on the way."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import amqp
import psutil
import pytest

from arhan import topology
from arhan.kernel import broker, outbox, relay
from arhan.kernel.failpoints import marker
from tests.bank import eventually
from tests.integration.kernel.conftest import Happened, Unheard, end, kill, still

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.integration.kernel.conftest import Line


def names(first: int, last: int) -> list[str]:
    return [f"event {number}" for number in range(first, last + 1)]


def test_what_is_published_is_applied_once_and_in_order(line: Line) -> None:
    line.start_relay()
    line.start_listener()
    line.publish(*names(1, 1))
    line.wait_for(*names(1, 1))
    line.publish(*names(2, 700))
    line.publish(*names(701, 720))
    line.wait_for(*names(1, 720))
    assert [position for position, _ in line.heard_with_positions()] == list(range(1, 721))
    assert line.siblings.feed_reads == []


def test_events_of_other_types_are_passed_over(line: Line) -> None:
    line.start_relay()
    line.start_listener()
    line.publish("event 1")
    line.wait_for("event 1")
    line.publish("gossip", kind=Unheard)
    eventually(lambda: line.position() == 2)
    line.publish("event 2")
    line.wait_for("event 1", "event 2")
    assert line.siblings.feed_reads == []


@pytest.mark.parametrize("event", ["slow event", "slow query"])
def test_a_worker_killed_in_the_middle_of_a_task_gets_it_again(line: Line, event: str) -> None:
    """Nothing but the broker's redelivery can help here: no clock ticks, no other event follows.

    A query that still runs for the dead worker ends soon, too; it would hold the cursor's lock.
    """
    line.start_relay()
    listener = line.start_listener(VISIBILITY_S="5")
    line.publish(event)
    eventually((line.home / "slow").exists)
    kill(listener)
    assert line.heard() == []
    line.start_listener(VISIBILITY_S="5")
    line.wait_for(event)


def test_a_worker_killed_between_commit_and_acknowledgement_applies_once(line: Line) -> None:
    line.start_relay()
    listener = line.start_listener(VISIBILITY_S="5", ARHAN_FAILPOINT="ledger.applied")
    line.publish("event 1")
    assert listener.wait(timeout=60) == -9
    assert (line.home / "run" / "failpoint-ledger.applied").exists()
    line.start_listener(VISIBILITY_S="5")
    line.publish("event 2")
    line.wait_for("event 1", "event 2")
    eventually(lambda: waiting(line) == 0, what="the acknowledgement of the repeat")
    assert line.heard() == ["event 1", "event 2"]


def waiting(line: Line) -> int:
    """Tasks the broker keeps for the subscriber, delivered or not; RabbitMQ does not count those it delivered."""
    with line.app().connection_for_write() as connection:
        channel = connection.default_channel
        return int(channel.queue_declare("arhan.ledger", passive=True).message_count)


def test_a_purged_broker_costs_delay_and_never_an_event(line: Line) -> None:
    line.start_relay()
    line.publish(*names(1, 600))
    eventually(lambda: line.position() == 600)
    eventually(lambda: waiting(line) > 0)
    line.purge()
    line.start_listener()
    line.publish(*names(601, 601))
    line.wait_for(*names(1, 601))
    assert line.siblings.feed_reads[0] == 0


def test_after_a_purge_the_clock_is_enough(line: Line) -> None:
    line.start_relay()
    line.publish(*names(1, 300))
    eventually(lambda: line.position() == 300)
    eventually(lambda: waiting(line) > 0)
    line.purge()
    line.start_listener()
    line.tick()
    line.wait_for(*names(1, 300))


def test_purged_again_and_again_under_load(line: Line) -> None:
    line.start_relay()
    line.start_listener()
    purged = 0
    for round_ in range(20):
        line.publish(*names(round_ * 50 + 1, round_ * 50 + 50))
        purged += line.purge()
    line.tick()
    line.wait_for(*names(1, 1000))


@pytest.mark.parametrize("failpoint", ["relay.positions_committed", "relay.sent_to_one"])
def test_a_relay_killed_at_any_border_loses_nothing(line: Line, failpoint: str) -> None:
    line.start_listener()
    line.publish(*names(1, 10))
    assert line.start_relay(ARHAN_FAILPOINT=failpoint).wait(timeout=60) == -9
    assert (line.home / "run" / marker(failpoint).name).exists()
    line.start_relay(ARHAN_FAILPOINT=failpoint)
    line.publish(*names(11, 20))
    line.wait_for(*names(1, 20))


def test_of_two_relays_one_leads_and_the_other_takes_over(line: Line) -> None:
    first = line.start_relay()
    line.start_listener()
    line.publish("event 1")
    line.wait_for("event 1")
    line.start_relay()
    kill(first)
    line.publish("event 2")
    line.wait_for("event 1", "event 2")


def test_positions_go_on_while_the_broker_is_away(line: Line) -> None:
    """The feed serves what has a position, so positions must not wait for the broker."""
    nowhere = {"pgmq": "pgmq://nobody@127.0.0.1:9/nothing", "amqp": "amqp://guest@127.0.0.1:9//"}
    kind = line.broker_url.partition(":")[0]
    deaf = line.start_relay(CELERY_BROKER_URL=nowhere[kind])
    for number in range(1, 6):
        line.publish(f"event {number}")
        eventually(partial(has_position, line, number))
    line.start_listener()
    line.tick()
    line.wait_for(*names(1, 5))
    end(deaf)
    line.start_relay()
    line.publish("event 6")
    line.wait_for(*names(1, 6))


def has_position(line: Line, number: int) -> bool:
    return line.position() == number


def test_positions_go_on_while_the_broker_hangs(rabbitmq_line: Line) -> None:
    """It takes connections and messages, and confirms none: a disk alarm looks like this."""
    rabbitmq_line.start_relay()
    rabbitmq_line.start_listener()
    rabbitmq_line.publish("event 1")
    rabbitmq_line.wait_for("event 1")
    with suspended(listening_on(urlsplit(rabbitmq_line.broker_url).port)):
        for number in range(2, 5):
            rabbitmq_line.publish(f"event {number}")
            eventually(partial(has_position, rabbitmq_line, number))
    rabbitmq_line.tick()
    rabbitmq_line.wait_for(*names(1, 4))


def listening_on(port: int | None) -> psutil.Process:
    found = (c.pid for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port)
    return psutil.Process(next(found))


@contextmanager
def suspended(process: psutil.Process) -> Iterator[None]:
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def test_an_idle_worker_hears_at_once_without_polling(embedded_line: Line) -> None:
    """It polls every five minutes here; what arrives in time was announced by the database."""
    embedded_line.start_relay()
    embedded_line.start_listener(POLLING_INTERVAL_S="300")
    for number in range(1, 4):
        embedded_line.publish(f"event {number}")
        embedded_line.wait_for(*names(1, number))


def test_an_idle_worker_sleeps(embedded_line: Line) -> None:
    """Under two per cent of one processor; measured 0.15 to 0.25 %."""
    listener = embedded_line.start_listener()
    embedded_line.start_relay()
    embedded_line.publish("event 1")
    embedded_line.wait_for("event 1")
    before = processor_time_s(listener)
    still(10)
    assert processor_time_s(listener) - before < 0.2


def processor_time_s(process: subprocess.Popen[bytes]) -> float:
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def test_rabbitmq_keeps_the_queue_on_a_quorum(rabbitmq_line: Line) -> None:
    with (
        rabbitmq_line.app().connection_for_write() as connection,
        pytest.raises(amqp.PreconditionFailed) as refused,
    ):
        connection.channel().queue_declare(
            "arhan.ledger",
            durable=True,
            auto_delete=False,
            arguments=topology_arguments() | {"x-queue-type": "classic"},
        )
    assert "x-queue-type" in str(refused.value)


def topology_arguments() -> dict[str, object]:
    arguments = broker.queue_of(topology.service("ledger"), quorum=True).queue_arguments  # type: ignore[attr-defined]
    return dict(arguments)


def test_late_commits_get_late_positions_and_nobody_skips_them(line: Line) -> None:
    """A transaction that took an earlier row id but commits later is still heard."""
    line.start_listener()
    line.start_relay()
    with line.begin() as late, late.cursor() as cursor:
        outbox.publish(cursor, [Happened(name="late")])
        line.publish("early")
        line.wait_for("early")
    line.wait_for("early", "late")


def test_a_fact_cannot_be_changed_once_it_has_a_position(line: Line) -> None:
    line.publish("event 1")
    line.start_relay()
    eventually(lambda: line.position() == 1)
    for change in (b"data = '{}'", b"position = 2", b"subject = 'other'"):
        with line.begin() as database, pytest.raises(Exception, match="is a fact and is not changed"):
            database.execute(b"UPDATE outbox SET " + change)


def test_a_relay_stops_when_told_to(embedded_line: Line) -> None:
    stop = threading.Event()
    running = threading.Thread(
        target=relay.run,
        args=({"account": embedded_line.databases.url("account")},),
        kwargs={"broker_url": embedded_line.broker_url, "stop": stop},
    )
    running.start()
    embedded_line.publish("event 1")
    eventually(lambda: embedded_line.position() == 1)
    stop.set()
    running.join(timeout=30)
    assert not running.is_alive()
