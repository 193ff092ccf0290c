"""What a new device may send, and which payments their payer confirms whatever screening says."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from arhan.payment.domain.confirmation import is_fresh_proof
from arhan.payment.domain.orders import Circumstances
from arhan.payment.service.decisions import act_of
from arhan.payment.service.desk import Answered
from tests.payment_fakes import Books, Holder, Screener, holder
from tests.payment_house import House, transfer

if TYPE_CHECKING:
    from arhan.kernel.errors import Refused
    from arhan.payment.domain.intents import Intent

CAP = 2_000_000
"""NGN 20,000.00 in the first day (CBN 2026)."""
LARGE_TO_SOMEBODY_NEW = 20_000_000
LARGE = 100_000_000


_numbers = count(1)


@pytest.fixture
def ada() -> Holder:
    return holder(f"ada{next(_numbers)}", balance=1_000_000_000)


def from_new_device(device: str = "dev_new", *, for_s: int = 3600) -> dict[str, Any]:
    until = int(time.time()) // 60 * 60 + for_s
    return {"circumstances": Circumstances(session="ses_1", device=device, new_device_until=until)}


def test_a_new_device_sends_up_to_the_cap_and_no_kobo_more(house: House, ada: Holder, bola: Holder) -> None:
    new = from_new_device()
    assert house.pay(transfer(ada, bola, CAP - 1, **new)).order.state == "completed"
    assert house.refused(transfer(ada, bola, 2, **new)) == "new_device_limit"
    assert house.pay(transfer(ada, bola, 1, **new)).order.state == "completed"
    assert house.refused(transfer(ada, bola, 1, **new)) == "new_device_limit"
    assert ada.balance == 1_000_000_000 - CAP
    assert house.pay(transfer(ada, bola, 1, **from_new_device("dev_other"))).order.state == "completed"
    assert house.pay(transfer(ada, bola, CAP)).order.state == "completed", "a trusted device has no cap"


def test_what_is_refused_leaves_nothing_under_its_key(house: House, ada: Holder, bola: Holder) -> None:
    wish = transfer(ada, bola, CAP + 1, **from_new_device())
    assert house.refused(wish) == "new_device_limit"
    later = transfer(ada, bola, CAP + 1, key=wish.key, **from_new_device(for_s=-60))
    assert house.pay(later).order.state == "completed", "a day later the same wish goes"


def test_what_was_declined_does_not_count(
    house: House, screener: Screener, ada: Holder, bola: Holder
) -> None:
    new = from_new_device()
    screener.rule = lambda _screening: "decline"
    assert house.pay(transfer(ada, bola, CAP, **new)).order.state == "declined"
    screener.rule = lambda _screening: "allow"
    assert house.pay(transfer(ada, bola, CAP, **new)).order.state == "completed"


def test_payments_sent_at_once_do_not_pass_the_cap_together(
    house: House, books: Books, ada: Holder, bola: Holder
) -> None:
    del books
    new = from_new_device()

    async def pay_thirty() -> list[Answered | Refused]:
        wishes: list[Intent | Refused] = [transfer(ada, bola, CAP // 10, **new) for _ in range(30)]
        parts = [house.desk.pay_all(wishes[n : n + 5]) for n in range(0, 30, 5)]
        return [answer for part in await asyncio.gather(*parts) for answer in part]

    answers = house.run(pay_thirty())
    assert sum(isinstance(answer, Answered) for answer in answers) == 10
    assert ada.balance == 1_000_000_000 - CAP


def test_screening_is_told_of_the_device(house: House, screener: Screener, ada: Holder, bola: Holder) -> None:
    house.pay(transfer(ada, bola, 100, **from_new_device("dev_seven")))
    ((screening,),) = [body.screenings for body in screener.called("/v1/decisions")]
    assert (screening.device, screening.new_device) == ("dev_seven", True)


def test_a_large_payment_waits_for_its_payer_though_screening_lets_it_pass(
    house: House, ada: Holder, bola: Holder
) -> None:
    order = house.pay(transfer(ada, bola, LARGE_TO_SOMEBODY_NEW)).order
    assert (order.state, order.code) == ("requires_action", "confirmation_required")
    assert order.reasons == ["A payment as large as this is confirmed by its payer."]
    assert ada.balance == 1_000_000_000
    assert not is_fresh_proof(order, auth_time=2**40), "a new login is not bound to amount and payee"
    assert asdict(act_of(order)) == {
        "action": "transfer",
        "amount": LARGE_TO_SOMEBODY_NEW,
        "currency": "NGN",
        "payee": bola.party.number,
        "reference": order.id,
    }


def test_a_known_payee_may_get_more(house: House, ada: Holder, bola: Holder) -> None:
    first = house.pay(transfer(ada, bola, LARGE_TO_SOMEBODY_NEW - 1)).order
    assert first.state == "completed"
    assert house.pay(transfer(ada, bola, LARGE_TO_SOMEBODY_NEW)).order.state == "completed"
    assert house.pay(transfer(ada, bola, LARGE)).order.state == "requires_action"


def test_who_takes_a_large_order_up_again_has_it_wait_too(house: House, ada: Holder, bola: Holder) -> None:
    order = house.pay(transfer(ada, bola, LARGE_TO_SOMEBODY_NEW)).order
    house.execute("UPDATE payment_order SET state = 'created' WHERE id = %s", order.id)
    assert house.sweep() == 1
    assert house.state(order.id) == "requires_action"
    assert ada.balance == 1_000_000_000
