"""A batch of transfers: each item an intent of its own, under a key derived from the batch's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from arhan.kernel.clock import now
from arhan.kernel.errors import IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, Refused
from arhan.kernel.ids import new_id
from arhan.payment.service.desk import LARGEST_LIST
from arhan.payment.store import batches as store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arhan.payment.domain.intents import Intent
    from arhan.payment.service.desk import Answered, Desk

TIME_FOR_A_PART = timedelta(seconds=60)
"""A batch that has not said for so long that it runs has lost its engine."""


class Results(msgspec.Struct, frozen=True):
    """The answer of a batch, as JSON, and whether it was given before."""

    body: msgspec.Raw
    replayed: bool


async def pay_batch(
    desk: Desk,
    *,
    principal: str,
    key: str,
    body_hash: str,
    intents: Sequence[Intent | Refused],
    render: Callable[[str, Sequence[Answered | Refused]], msgspec.Struct],
) -> Results:
    """Pay every item; Refused when the key was used for another list or its first request still runs.

    Items are handed in a part at a time, so that single payments between them do not wait for all.
    An item whose end is open leaves the batch unanswered in the database: a repeat asks again.
    """
    begun = await _begin(desk, principal=principal, key=key, body_hash=body_hash, size=len(intents))
    if begun.results is not None:
        return Results(msgspec.Raw(begun.results.encode()), replayed=True)
    answers: list[Answered | Refused] = []
    for start in range(0, len(intents), LARGEST_LIST):
        answers += await desk.pay_all(intents[start : start + LARGEST_LIST])
        async with desk.pool.connection() as connection:
            await store.keep_running(connection, batch_id=begun.id, until=now() + TIME_FOR_A_PART)
    body = msgspec.json.encode(render(begun.id, answers))
    async with desk.pool.connection() as connection:
        if any(_is_open(answer) for answer in answers):
            await store.keep_running(connection, batch_id=begun.id, until=now())
        else:
            await store.finish(connection, batch_id=begun.id, results=body.decode())
    return Results(msgspec.Raw(body), replayed=False)


async def _begin(desk: Desk, *, principal: str, key: str, body_hash: str, size: int) -> store.Begun:
    at = now()
    async with desk.pool.connection() as connection:
        begun = await store.begin(
            connection,
            batch_id=new_id("bat"),
            principal=principal,
            key=key,
            body_hash=body_hash,
            size=size,
            at=at,
            until=at + TIME_FOR_A_PART,
        )
    if begun.body_hash != body_hash:
        raise Refused(IDEMPOTENCY_KEY_REUSED)
    if begun.results is None and not begun.ours:
        raise Refused(IDEMPOTENCY_IN_PROGRESS)
    return begun


def _is_open(answer: Answered | Refused) -> bool:
    if isinstance(answer, Refused):
        return answer.refusal.retryable
    return answer.order.on_its_way
