from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from arhan.contracts.account import PinProof, Posting
from arhan.contracts.payment import OrderCompleted
from arhan.kernel.auth import Principal
from arhan.kernel.errors import Refused
from arhan.payment.domain.confirmation import is_fresh_proof
from arhan.payment.domain.intents import Parties, check_amount, place
from arhan.payment.domain.names import mask_name
from arhan.payment.domain.orders import (
    LARGEST_AMOUNT,
    CardTold,
    Order,
    bank_party,
    fact_of,
    happen,
    movement_of,
    screening_of,
)
from arhan.payment.domain.refunds import refund_status, refundable_amount
from arhan.payment.domain.sight import direction, may_see
from tests.payment_fakes import holder

if TYPE_CHECKING:
    from collections.abc import Callable

    from arhan.payment.domain.intents import Intent


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusal.code


def test_a_wish_becomes_an_order_with_both_sides_in_it(order: Order, noon: datetime) -> None:
    assert (order.state, order.payer_customer, order.payee_customer) == ("created", "usr_ada", "usr_bola")
    assert (order.amount, order.currency, order.pin_version) == (3000, "NGN", 1)
    assert order.circumstances.payer_opened_at == "2026-01-05T09:00:00.000000Z"
    assert order.due_at == noon + timedelta(seconds=5)


def test_nobody_pays_the_account_they_pay_from(intend: Callable[..., Intent], noon: datetime) -> None:
    ada = holder("ada").party
    with pytest.raises(Refused) as refused:
        place(intend(), Parties(payer=ada, payee=ada), order_id="pay_1", at=noon)
    assert code_of(refused) == "same_account"


@pytest.mark.parametrize(
    ("payer", "payee", "asked"),
    [("NGN", "USD", "NGN"), ("USD", "NGN", "NGN"), ("NGN", "NGN", "USD"), ("NGN", "NGN", "XXX")],
)
def test_payer_payee_and_payment_are_in_one_currency(
    intend: Callable[..., Intent], noon: datetime, payer: str, payee: str, asked: str
) -> None:
    parties = Parties(payer=holder("ada", currency=payer).party, payee=holder("bola", currency=payee).party)
    with pytest.raises(Refused) as refused:
        place(intend(currency=asked), parties, order_id="pay_1", at=noon)
    assert code_of(refused) == "currency_mismatch"


@pytest.mark.parametrize("amount", [0, -1, LARGEST_AMOUNT + 1, 10**30])
def test_an_amount_outside_the_range_is_refused(amount: int) -> None:
    with pytest.raises(Refused) as refused:
        check_amount(amount)
    assert code_of(refused) == "amount_out_of_range"


@pytest.mark.parametrize("amount", [1, LARGEST_AMOUNT])
def test_the_ends_of_the_range_are_in_it(amount: int) -> None:
    check_amount(amount)


def test_the_movement_of_an_order_is_the_same_for_every_attempt(order: Order, later: datetime) -> None:
    movement = movement_of(order)
    assert movement.id == "pay_1"
    assert movement.kind == "transfer"
    assert movement.postings == [Posting("acc_ada", "debit", 3000), Posting("acc_bola", "credit", 3000)]
    assert movement.pin_proof == PinProof("acc_ada", 1)
    again = movement_of(happen(order, "cleared", at=later))
    assert again == movement


def test_a_movement_is_valid_until_the_next_attempt_may_begin(order: Order) -> None:
    assert movement_of(order).valid_until == order.due_at


def test_a_teller_needs_no_pin_of_the_customer(intend: Callable[..., Intent], noon: datetime) -> None:
    cash = bank_party("bank_cash_ngn", "NGN")
    parties = Parties(payer=cash, payee=holder("bola").party)
    movement = movement_of(place(intend(kind="deposit"), parties, order_id="pay_1", at=noon))
    assert movement.pin_proof is None
    assert movement.postings[0] == Posting("bank_cash_ngn", "debit", 3000)


def test_screening_is_told_who_what_when_and_how_old_the_account_is(order: Order) -> None:
    told = screening_of(order)
    assert (told.payment, told.payer_account, told.payee_account) == ("pay_1", "acc_ada", "acc_bola")
    assert (told.amount, told.currency, told.created_at) == (3000, "NGN", "2026-11-22T12:00:00Z")
    assert told.payer_opened_at == "2026-01-05T09:00:00.000000Z"


def test_screening_is_told_of_a_card_its_id_and_its_ends_and_no_more(order: Order) -> None:
    told = CardTold(card="card_1", bin="222399", last4="0009", channel="pos", mcc="5411", country="NG")
    paid = replace(order, kind="card_payment", circumstances=replace(order.circumstances, card=told))
    before, after = (msgspec.to_builtins(screening_of(each)) for each in (order, paid))
    changed = {name: value for name, value in after.items() if value != before.get(name)}
    assert changed == {
        "kind": "card_payment",
        "card": "card_1",
        "card_bin": "222399",
        "card_last4": "0009",
        "channel": "pos",
        "mcc": "5411",
        "country": "NG",
    }


def test_a_completed_order_tells_when_and_between_whom(order: Order, later: datetime) -> None:
    completed = happen(happen(order, "cleared", at=later), "posted", at=later)
    assert completed.decided_at == later
    fact = fact_of(completed, OrderCompleted)
    assert (fact.id, fact.decided_at, fact.code) == ("pay_1", "2026-11-22T12:00:01Z", "")


def test_an_order_survives_the_way_to_the_database_and_back(order: Order) -> None:
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Ada Okafor", "Ada O***"),
        ("Ada Ngozi Okafor", "Ada N*** O***"),
        ("  Ada   Okafor ", "Ada O***"),
        ("Ada", "Ada"),
        ("Ọlá Ẹkùn", "Ọlá Ẹ***"),
        ("", ""),
    ],
)
def test_a_stranger_sees_the_first_name_and_initials(name: str, seen: str) -> None:
    assert mask_name(name) == seen


def completed(order: Order, **changes: object) -> Order:
    return replace(order, **({"state": "completed"} | changes))


def test_all_that_is_left_goes_back_unless_a_part_is_asked_for(order: Order) -> None:
    assert refundable_amount(completed(order), asked=None) == 3000
    assert refundable_amount(completed(order, refunded=1000), asked=None) == 2000
    assert refundable_amount(completed(order, refunded=1000), asked=2000) == 2000


@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({"refunded": 1000}, 2001, "refund_exceeds_payment"),
        ({"refunded": 3000}, None, "refund_exceeds_payment"),
        ({}, 0, "amount_out_of_range"),
        ({}, -5, "amount_out_of_range"),
        ({"state": "declined"}, None, "not_refundable"),
        ({"state": "review"}, None, "not_refundable"),
        ({"kind": "refund"}, None, "not_refundable"),
        ({"kind": "loan_disbursement"}, None, "not_refundable"),
    ],
)
def test_a_refund_that_cannot_be(
    order: Order, changes: dict[str, object], asked: int | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        refundable_amount(completed(order, **changes), asked=asked)
    assert code_of(refused) == code


@pytest.mark.parametrize(
    ("refunded", "word"), [(0, "none"), (1, "partly"), (2999, "partly"), (3000, "fully")]
)
def test_how_much_went_back_in_one_word(refunded: int, word: str) -> None:
    assert refund_status(amount=3000, refunded=refunded) == word


ADA, BOLA, EVE = (Principal(subject=f"usr_{name}", role="customer") for name in ("ada", "bola", "eve"))
TELLER = Principal(subject="usr_tunde", role="teller")
LEDGER = Principal(subject="ledger", role="service")


def test_the_payer_sees_an_order_at_once_and_the_payee_when_the_money_came(order: Order) -> None:
    assert [may_see(who, order) for who in (ADA, BOLA, EVE, TELLER, LEDGER)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert may_see(BOLA, completed(order))
    assert not may_see(EVE, completed(order))
    assert [direction(who, order) for who in (ADA, BOLA, TELLER)] == ["out", "in", "any"]


def test_only_a_login_made_since_the_order_was_stopped_confirms_it(order: Order, later: datetime) -> None:
    stopped = happen(order, "challenged", at=later)
    moment = int(later.timestamp())
    assert not is_fresh_proof(stopped, auth_time=moment - 1)
    assert is_fresh_proof(stopped, auth_time=moment)
