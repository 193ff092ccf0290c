"""Standing orders belong to payment; account says on which business date they are paid, and when that is over."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from arhan.account.service.cob import StepFailed
from arhan.contracts.payment import StandingOrderRun, StandingOrdersOpen, StandingOrdersRun
from arhan.kernel.http import ServiceClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arhan.account.domain.cob import Closing

PATIENCE_S = 60.0
"""How long close of business waits for payments that are under way, before it says so and tries again later."""
LOOK_AGAIN_S = 0.5


def pay(day: Closing) -> Iterator[int]:
    """Have everything paid that is due by the day that closes; how many tries that took, page by page.

    A day is over when none is under way: what waits for a person or for another day is not. Refused when
    payment does not answer; StepFailed when payments stay open.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        page = run(day.date)
        if page.ordered or page.settled:
            until = time.monotonic() + PATIENCE_S
            yield page.settled
        elif not page.open:
            return
        elif time.monotonic() > until:
            msg = f"{page.open} payments of standing orders are under way still."
            raise StepFailed(msg)
        else:
            time.sleep(LOOK_AGAIN_S)


def pay_for(on: date, *, longest_s: float) -> int:
    """Have what is due by the open day paid, in the time there is; how many tries that took."""
    until = time.monotonic() + longest_s
    done = 0
    while (page := run(on)).ordered and time.monotonic() < until:
        done += page.settled
    return done


def run(on: date) -> StandingOrdersRun:
    """Have payment's engine pay the next page; Refused when it does not answer."""
    answer = _payment(engine=True).post("/internal/v1/standing-order-runs", StandingOrderRun(on=on))
    return msgspec.convert(answer, StandingOrdersRun)


def count_open(account_id: str) -> int:
    """How many that are not over pay from this account; Refused when payment does not answer."""
    answer = _payment(engine=False).get(
        "/internal/v1/standing-orders/open", params={"payer_account": account_id}
    )
    return msgspec.convert(answer, StandingOrdersOpen).count


@lru_cache
def _payment(*, engine: bool) -> ServiceClient:
    return ServiceClient("account", "payment", engine=engine)
