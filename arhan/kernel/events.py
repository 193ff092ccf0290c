"""How a service hears its siblings: two Celery tasks and, for the publisher, one feed route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.subscriptions import SUBSCRIPTIONS, publishers_heard_by
from arhan.kernel import broker, logging
from arhan.kernel.failpoints import failpoint
from arhan.kernel.inbox import Batch, Inbox, unpack
from arhan.kernel.outbox import Event, read_feed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from celery import Celery

MAX_FEED_PAGE = 5000


def hear(
    app: Celery,
    *,
    service: str,
    begin: Callable[[], AbstractContextManager[Any]],
    apply: Callable[[Any, Sequence[Event]], None],
) -> Inbox:
    """Register the tasks with which a service applies its publishers' events.

    `begin` opens a transaction and yields its cursor; `apply` is the effect, run inside it.
    """
    inbox = Inbox(begin=begin, apply=apply, feed=_http_feed(service))

    @broker.entry_point(app, broker.receive_task(service), max_retries=None)
    def receive_events(*, batch: str) -> None:
        inbox.receive(unpack(batch))
        failpoint(f"{service}.applied")

    @broker.entry_point(app, broker.catch_up_task(service), expires=10)
    def catch_up() -> None:
        for publisher in publishers_heard_by(service):
            applied = inbox.catch_up(publisher)
            if applied:
                logging.get_logger(__name__).info("caught_up", publisher=publisher, events=applied)

    return inbox


def _http_feed(service: str) -> Callable[..., Batch]:
    """Reads `GET /internal/v1/events` of the publisher's office."""
    from arhan.kernel.http import ServiceClient  # noqa: PLC0415 - needs settings, only when used

    clients: dict[str, ServiceClient] = {}

    def feed(*, publisher: str, after: int, limit: int) -> Batch:
        client = clients.setdefault(publisher, ServiceClient(service, publisher))
        types = ",".join(SUBSCRIPTIONS[publisher][service])
        answer = client.get("/internal/v1/events", params={"after": after, "limit": limit, "types": types})
        return msgspec.convert(answer, Batch)

    return feed


def feed_page(cursor: Any, *, publisher: str, after: int, limit: int, types: str) -> dict[str, Any]:
    """The answer of a publisher's feed route, as JSON-able data."""
    events, through = read_feed(
        cursor,
        source=publisher,
        after=max(after, 0),
        limit=max(1, min(limit, MAX_FEED_PAGE)),
        types=[t for t in types.split(",") if t],
    )
    page = Batch(publisher=publisher, after=after, through=through, events=events)
    found: dict[str, Any] = msgspec.to_builtins(page)
    return found
