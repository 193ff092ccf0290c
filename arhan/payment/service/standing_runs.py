"""Paying what standing orders have due: a page at a time, each payment once, whatever dies.

    put down (commit) -> ask the desk -> write what became of it (commit)

What is put down is a copy of the order as it was, under a key of its own for each try, and nothing
else is put down for the order until its end is written. So a run that dies is gone on with, runs may
meet, and payers may change their orders meanwhile.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.payment import StandingOrderChanged, StandingOrderMissed, StandingOrdersRun
from arhan.kernel import logging
from arhan.kernel.clock import now
from arhan.kernel.errors import IDEMPOTENCY_KEY_REUSED, Refused
from arhan.kernel.failpoints import failpoint
from arhan.payment.domain.standing_orders import after_try, became, intent_of, judge
from arhan.payment.service.desk import LARGEST_LIST
from arhan.payment.store import standing_runs as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arhan.kernel.outbox import Fact
    from arhan.payment.domain.standing_orders import Became, Due, Execution, StandingOrder
    from arhan.payment.service.desk import Answered, Desk

log = logging.get_logger(__name__)

ASKED_AGAIN_AFTER = timedelta(seconds=10)
"""Longer than a page takes, so that two do not ask for the same."""


async def run(desk: Desk, *, on: date) -> StandingOrdersRun:
    """Pay the next page of what is due on a business date, and write down what became of earlier ones."""
    async with desk.pool.connection() as connection:
        ordered = await store.put_down(connection, on=on, at=now(), limit=LARGEST_LIST)
        failpoint("standing_orders.put_down")
    async with desk.pool.connection() as connection:
        dues = await store.claim(connection, at=now(), pause=ASKED_AGAIN_AFTER, limit=LARGEST_LIST)
    settled = 0
    if dues:
        answers = await desk.pay_all([intent_of(due, at=now()) for due in dues])
        failpoint("standing_orders.paid")
        tries = [_became(due, answer) for due, answer in zip(dues, answers, strict=True)]
        settled = await _settle(desk, [each for each in tries if each], was="ordered", on=on)
        failpoint("standing_orders.settled")
    settled += await _settle_decided(desk, on=on)
    async with desk.pool.connection() as connection:
        await store.lapse(connection, at=now(), limit=LARGEST_LIST)
        return StandingOrdersRun(ordered=ordered, settled=settled, open=await store.count_open(connection))


def _became(due: Due, answer: Answered | Refused) -> Became | None:
    """What a try became; None where it is open, and asked for again."""
    if not isinstance(answer, Refused):
        return judge(due, answer.order)
    if answer.refusal.retryable or answer.refusal is IDEMPOTENCY_KEY_REUSED:
        log.warning("standing_order_open", key=due.key, code=answer.refusal.code)
        return None
    return became(due, status="failed", code=answer.refusal.code)


async def _settle_decided(desk: Desk, *, on: date) -> int:
    """Write down how those ended that waited for a person."""
    async with desk.pool.connection() as connection:
        decided = await store.list_decided(connection, limit=LARGEST_LIST)
    tries = [
        became(due, status="paid" if state == "completed" else "failed", payment=payment, code=code)
        for due, state, payment, code in decided
    ]
    return await _settle(desk, tries, was="waiting", on=on)


async def _settle(desk: Desk, tries: Sequence[Became], *, was: Execution, on: date) -> int:
    """Write down what tries became and what follows; those somebody else wrote down stay as they are.

    Locks the standing orders, then their executions.
    """
    if not tries:
        return 0
    at = now()
    async with desk.pool.connection() as connection, connection.transaction():
        orders = await store.lock(connection, [each.standing_order for each in tries])
        ours = await store.still(connection, tries, status=was)
        written: list[Became] = []
        facts: list[Fact] = []
        for each in tries:
            if (each.standing_order, each.due_date) in ours:
                before = orders[each.standing_order]
                after, status = after_try(before, each, on=on, at=at)
                orders[after.id] = after
                written.append(msgspec.structs.replace(each, status=status))
                facts += _facts(before, after, written[-1])
        touched = sorted({each.standing_order for each in written})
        await store.write(connection, orders=[orders[i] for i in touched], tries=written, facts=facts, at=at)
    return len(written)


def _facts(before: StandingOrder, after: StandingOrder, try_: Became) -> list[Fact]:
    """What others hear: that a payment is given up, and that the series is over."""
    facts: list[Fact] = []
    if try_.status == "skipped":
        facts.append(
            StandingOrderMissed(
                id=before.id,
                customer=before.customer,
                payee_name=before.payee_name,
                amount=before.amount,
                currency=before.currency,
                due_date=try_.due_date.isoformat(),
                code=try_.code,
            )
        )
    if after.status != before.status:
        facts.append(changed(after))
    return facts


def changed(order: StandingOrder) -> StandingOrderChanged:
    """What others hear of an order that began, rests, goes on or is over."""
    return StandingOrderChanged(id=order.id, customer=order.customer, status=order.status, code=order.code)
