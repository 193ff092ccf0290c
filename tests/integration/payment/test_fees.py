"""A transfer that costs something, at the desk: once, with its amount or not at all, whatever falls silent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from arhan.contracts.fees import TransferFee
from arhan.kernel.errors import Refused
from tests.payment_fakes import LOST, SILENT, Books, Holder, Screener, holder
from tests.payment_house import House, refund, transfer

if TYPE_CHECKING:
    from arhan.payment.service.desk import Answered

FEES = [
    TransferFee(name="Transfer fee", percent=5_000, least=1_00, most=5_00),
    TransferFee(name="Stamp duty", flat=50, from_amount=30_00, goes_to="tax"),
]
"""Of 30.00: 1.00 and 0.50."""


@pytest.fixture
def ada() -> Holder:
    """Has 1,000.00, and pays for transfers."""
    found = holder("ada")
    found.party = msgspec.structs.replace(found.party, transfer_fees=FEES)
    return found


def test_the_fee_is_taken_with_the_amount_and_kept(
    house: House, books: Books, ada: Holder, bola: Holder
) -> None:
    order = house.pay(transfer(ada, bola, 30_00)).order
    assert (order.state, order.fee) == ("completed", 1_50)
    assert (ada.balance, bola.balance, books.cash) == (968_50, 1_030_00, 1_50)
    assert list(books.posted) == [order.id], "one movement"


def test_without_money_for_the_fee_nothing_moves(
    house: House, books: Books, ada: Holder, bola: Holder
) -> None:
    ada.balance = 31_49
    order = house.pay(transfer(ada, bola, 30_00)).order
    assert (order.state, order.code) == ("declined", "insufficient_funds")
    assert (ada.balance, bola.balance, books.cash) == (31_49, 1_000_00, 0)
    ada.balance = 31_50
    assert house.pay(transfer(ada, bola, 30_00)).order.state == "completed"
    assert ada.balance == 0


def test_twice_and_at_once_it_is_taken_once(house: House, books: Books, ada: Holder, bola: Holder) -> None:
    wish = transfer(ada, bola, 30_00)

    async def pay_five_times() -> list[Answered | BaseException]:
        again = [transfer(ada, bola, 30_00, key=wish.key) for _ in range(5)]
        return await asyncio.gather(*(house.desk.pay(each) for each in again), return_exceptions=True)

    answers = house.run(pay_five_times())
    paid = house.pay(transfer(ada, bola, 30_00, key=wish.key))
    assert (paid.replayed, paid.order.state, paid.order.fee) == (True, "completed", 1_50)
    for answer in answers:
        if isinstance(answer, BaseException):
            assert isinstance(answer, Refused)
            assert answer.refusal.code == "idempotency_in_progress"
        else:
            assert answer.order.id == paid.order.id
    assert (ada.balance, books.cash) == (968_50, 1_50)


@pytest.mark.parametrize("fate", [SILENT, LOST])
def test_whatever_account_did_before_it_fell_silent_the_fee_is_taken_once(
    house: House, books: Books, ada: Holder, bola: Holder, fate: str
) -> None:
    """The order keeps what it costs: terms that changed meanwhile change nothing of it."""
    books.fates.extend(["", fate])
    with pytest.raises(Refused) as pending:
        house.pay(transfer(ada, bola, 30_00))
    payment = str(pending.value.extra["payment"])
    ada.party = msgspec.structs.replace(ada.party, transfer_fees=[TransferFee(name="More", flat=99_00)])
    house.forget()
    house.sweep()
    assert house.state(payment) == "completed"
    assert (ada.balance, bola.balance, books.cash) == (968_50, 1_030_00, 1_50)


def test_a_refund_gives_the_amount_back_and_not_the_fee(
    house: House, books: Books, ada: Holder, bola: Holder
) -> None:
    order = house.pay(transfer(ada, bola, 30_00)).order
    back = house.pay(refund(order, 30_00)).order
    assert (back.state, back.amount, back.fee) == ("completed", 30_00, 0)
    assert (ada.balance, bola.balance, books.cash) == (998_50, 1_000_00, 1_50)


def test_a_declined_transfer_costs_nothing(
    house: House, books: Books, screener: Screener, ada: Holder, bola: Holder
) -> None:
    screener.rule = lambda _screening: "decline"
    order = house.pay(transfer(ada, bola, 30_00)).order
    assert order.state == "declined"
    assert (ada.balance, books.cash) == (1_000_00, 0)
