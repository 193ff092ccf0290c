"""Tasks that RabbitMQ put aside: what they were, why they are here, and how they are sent again.

A task gets here when it failed, or when its worker died DELIVERY_LIMIT times while doing it. Sending
it again is always safe: every task is idempotent, and an event's batch is taken by its cursor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arhan.kernel import broker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery import Celery

DEATH_HEADERS = {"x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason"}
"""Headers of the dead letter alone, which the task did not have."""


KEPT = ("correlation_id", "reply_to")
DURABLE = 2


@dataclass(frozen=True)
class DeadLetter:
    """One task that was put aside."""

    id: str
    task: str
    queue: str
    """Where it was to be done."""
    reason: str
    """`rejected` (it failed), `delivery_limit`, or another of RabbitMQ's words."""
    died_at: str
    """UTC, ISO 8601; empty where the broker does not say."""
    size: int
    """Bytes."""

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return dict(vars(self))


def read(app: Celery, *, limit: int) -> list[DeadLetter]:
    """The oldest dead letters; all stay where they are."""
    with app.connection_for_write() as connection:
        return [_letter(message) for message in _take(connection.default_channel, limit)]


def replay(app: Celery, *, ids: frozenset[str] | None, limit: int) -> list[DeadLetter]:
    """Send these again to the queues they came from, all of them by default; what was sent.

    A letter is taken away only when the broker has confirmed that it is back in its queue.
    """
    sent = []
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        # taken before the first is sent: one that fails again at once must not be sent again now
        for message in list(_take(channel, limit)):
            letter = _letter(message)
            if ids is not None and letter.id not in ids:
                continue
            channel.basic_publish(
                _as_it_was(channel, message),
                exchange=broker.EXCHANGE.name,
                routing_key=letter.queue,
                mandatory=True,
            )
            message.ack()
            sent.append(letter)
    return sent


def _take(channel: Any, limit: int) -> Iterator[Any]:
    """Messages held unacknowledged until the connection is closed, when they go back."""
    queue = broker.DEAD_LETTERS.bind(channel)
    queue.declare()
    for _ in range(limit):
        message = queue.get(no_ack=False)
        if message is None:
            return
        yield message


def _as_it_was(channel: Any, message: Any) -> Any:
    headers = {name: value for name, value in message.headers.items() if name not in DEATH_HEADERS}
    properties = {name: message.properties[name] for name in KEPT if name in message.properties}
    return channel.prepare_message(
        message.body,
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        headers=headers,
        properties=properties | {"delivery_mode": DURABLE},
    )


def _letter(message: Any) -> DeadLetter:
    headers = message.headers
    death: dict[str, Any] = next(iter(headers.get("x-death") or ()), {})
    died_at = death.get("time")
    return DeadLetter(
        id=str(headers.get("id", "")),
        task=str(headers.get("task", "")),
        queue=str(headers.get("x-first-death-queue") or death.get("queue", "")),
        reason=str(headers.get("x-first-death-reason") or death.get("reason", "")),
        died_at=died_at.isoformat() + "Z" if died_at else "",
        size=len(message.body),
    )
