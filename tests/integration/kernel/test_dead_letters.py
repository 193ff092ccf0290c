"""What RabbitMQ puts aside, seen and sent again as an operator does."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import amqp
import pytest

from arhan.kernel import broker, dead_letters, queue_depth
from tests.bank import eventually

if TYPE_CHECKING:
    from tests.integration.kernel.conftest import Line


def events_dead(line: Line, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "arhan", "events", "dead", "--json", *words],
        env=line.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def dead(line: Line) -> list[dead_letters.DeadLetter]:
    return dead_letters.read(line.app(), limit=10)


def test_a_task_that_failed_is_put_aside_and_can_be_sent_again(rabbitmq_line: Line) -> None:
    line = rabbitmq_line
    line.start_listener()
    for batch in ("not a batch", "neither"):
        task = broker.receive_task("ledger")
        broker.send(line.app(), task, to="ledger", arguments={"batch": batch})
    eventually(lambda: len(dead(line)) == 2, what="the dead letters")
    one, other = dead(line)
    assert (one.task, one.queue, one.reason) == ("ledger.receive_events", "arhan.ledger", "rejected")
    died_at = {letter.id: letter.died_at for letter in dead(line)}
    assert [letter["id"] for letter in events_dead(line, "--replay", one.id)] == [one.id]
    eventually(lambda: {letter.id for letter in dead(line)} == {one.id, other.id}, what="its return")
    assert died_at[one.id] <= next(letter.died_at for letter in dead(line) if letter.id == one.id)


def test_a_task_that_kills_its_worker_again_and_again_is_put_aside(rabbitmq_line: Line) -> None:
    line = rabbitmq_line
    broker.send(line.app(), broker.catch_up_task("ledger"), to="ledger", arguments={})
    with line.app().connection_for_write() as connection:
        for _ in range(broker.DELIVERY_LIMIT + 1):
            channel = connection.channel()
            message = None
            queue = line.app().amqp.queues["arhan.ledger"](channel)
            while message is None:
                message = queue.get()
            channel.close()  # as a worker's death closes it
    eventually(
        lambda: "delivery_limit" in {letter.reason for letter in dead(line)},
        what="the dead letter",
    )


def test_how_many_tasks_wait_is_known(rabbitmq_line: Line) -> None:
    for _ in range(3):
        broker.send(rabbitmq_line.app(), broker.catch_up_task("ledger"), to="ledger", arguments={})
    eventually(
        lambda: queue_depth.of_rabbitmq(rabbitmq_line.broker_url, "arhan.ledger") == 3, what="three tasks"
    )


def test_a_message_for_a_queue_that_is_gone_is_an_error_not_a_loss(rabbitmq_line: Line) -> None:
    app = rabbitmq_line.app()
    arguments = {"batch": "first"}
    broker.send(app, broker.receive_task("payment"), to="payment", arguments=arguments)
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete("arhan.payment")
    with pytest.raises(amqp.AMQPError, match="NO_ROUTE"):
        broker.send(app, broker.receive_task("payment"), to="payment", arguments=arguments)
