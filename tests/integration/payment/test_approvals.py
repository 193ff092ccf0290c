"""Payments that take several signatures: who signs, once each; and what becomes of them meanwhile."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.kernel.clock import now
from arhan.kernel.errors import Refused
from arhan.payment.domain.intents import Proof
from arhan.payment.service import approvals
from tests.payment_fakes import PIN
from tests.payment_house import House, refund, transfer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.payment.domain.orders import Order
    from tests.payment_fakes import Books, Holder, Screener

CHI, DAYO = "usr_chi", "usr_dayo"
_proofs = count(1)


@pytest.fixture(autouse=True)
def _nothing_is_left_to_sweep(house: House) -> Iterator[None]:
    yield
    house.sweep()


@pytest.fixture
def firm(ada: Holder) -> Holder:
    """An account for which Ada, Chi and Dayo sign, any two of them."""
    ada.signatures, ada.others = 2, {CHI: None, DAYO: 2000}
    return ada


@pytest.fixture
def waiting(house: House, firm: Holder, bola: Holder) -> Order:
    return house.pay(transfer(firm, bola)).order


def sign(house: House, payment: str, firm: Holder, person: str, *, proof: str = "") -> str:
    """The state after a signature, or the code with which it is refused."""
    told = proof or f"chl_{next(_proofs)}"
    try:
        with psycopg.connect(house.url) as database, database.cursor() as cursor:
            found = approvals.sign(cursor, payment, firm.mandate(), by=person, proof=told, at=now())
            return found.state
    except Refused as refused:
        return refused.refusal.code


def refuse(house: House, payment: str, firm: Holder, person: str) -> str:
    try:
        with psycopg.connect(house.url) as database, database.cursor() as cursor:
            return approvals.refuse(cursor, payment, firm.mandate(), by=person, at=now()).code
    except Refused as refused:
        return refused.refusal.code


def fact(house: House, payment: str, event_type: str) -> dict[str, Any]:
    """What the one event of this type says of a payment."""
    ((told,),) = house.execute(
        "SELECT data FROM outbox WHERE subject = %s AND type = %s", payment, event_type
    )
    return dict(json.loads(told))


def test_everybody_else_whose_signature_counts_is_asked_once(
    house: House, firm: Holder, bola: Holder
) -> None:
    wish = transfer(firm, bola)
    house.pay(wish)
    waiting = house.pay(wish).order
    asked = fact(house, waiting.id, "payment.order.approval_required")
    assert (asked["initiator"], asked["approvers"]) == ("usr_ada", [CHI]), "it is above what Dayo may sign"
    within = house.pay(transfer(firm, bola, 2000)).order
    assert fact(house, within.id, "payment.order.approval_required")["approvers"] == [CHI, DAYO]


def test_who_became_a_signatory_a_moment_ago_is_asked_too(house: House, firm: Holder, bola: Holder) -> None:
    house.pay(transfer(firm, bola))
    firm.others["usr_new"] = None
    waiting = house.pay(transfer(firm, bola)).order
    assert "usr_new" in fact(house, waiting.id, "payment.order.approval_required")["approvers"]


def test_a_payment_that_takes_one_signature_asks_nobody(house: House, firm: Holder, bola: Holder) -> None:
    firm.signatures_from = 3000
    alone = house.pay(transfer(firm, bola, 2999)).order
    assert house.events(alone.id) == ["payment.order.completed"]
    assert fact(house, alone.id, "payment.order.completed")["initiator"] == ""


def test_a_refund_asks_as_a_transfer_does(house: House, firm: Holder, bola: Holder) -> None:
    paid = house.pay(transfer(bola, firm, 5000)).order
    proof = Proof(person="usr_ada", session="ses_1", pin=PIN)
    back = house.pay(
        refund(paid, 5000, payer=transfer(firm, bola).payer, proof=proof, initiator="usr_ada")
    ).order
    assert fact(house, back.id, "payment.order.approval_required")["approvers"] == [CHI]
    assert house.refused(refund(paid, 5000, payer=transfer(firm, bola).payer, proof=proof)) == (
        "refund_exceeds_payment"
    )


def test_it_waits_with_nothing_screened_and_nothing_moved(
    house: House, waiting: Order, firm: Holder, screener: Screener, books: Books
) -> None:
    assert (waiting.state, waiting.code, waiting.signatures) == ("awaiting_approval", "signatures_needed", 2)
    assert (screener.calls, books.posted, firm.balance) == ([], {}, 100_000)
    assert house.run(house.drive.sweep()) == 0
    assert house.events(waiting.id) == ["payment.order.approval_required"]


def test_with_the_second_signature_it_is_carried_out_once(
    house: House, waiting: Order, firm: Holder, bola: Holder
) -> None:
    assert sign(house, waiting.id, firm, CHI) == "created"
    assert house.run(house.drive.sweep()) == 1
    assert (house.state(waiting.id), firm.balance, bola.balance) == ("completed", 97_000, 103_000)
    assert house.events(waiting.id) == [
        "payment.order.approval_required",
        "payment.order.approved",
        "payment.order.completed",
    ]
    assert sign(house, waiting.id, firm, CHI) == "not_awaiting_approval"
    assert house.run(house.drive.sweep()) == 0


def test_the_same_key_gives_the_same_answer(house: House, firm: Holder, bola: Holder) -> None:
    wish = transfer(firm, bola)
    first, second = house.pay(wish), house.pay(wish)
    assert (second.order.id, second.replayed) == (first.order.id, True)


def test_nobody_signs_twice(house: House, firm: Holder, bola: Holder) -> None:
    firm.signatures = 3
    waiting = house.pay(transfer(firm, bola, 1500)).order
    assert sign(house, waiting.id, firm, "usr_ada") == "already_signed", "who made it has signed"
    assert sign(house, waiting.id, firm, CHI) == "awaiting_approval"
    assert sign(house, waiting.id, firm, CHI) == "already_signed"
    assert sign(house, waiting.id, firm, DAYO) == "created"


def test_a_confirmation_signs_one_payment(house: House, waiting: Order, firm: Holder, bola: Holder) -> None:
    other = house.pay(transfer(firm, bola)).order
    assert sign(house, waiting.id, firm, CHI, proof="chl_once") == "created"
    assert sign(house, other.id, firm, CHI, proof="chl_once") == "already_signed"


def test_of_many_who_sign_at_once_one_is_the_last(house: House, firm: Holder, bola: Holder) -> None:
    people = [f"usr_{index}" for index in range(8)]
    firm.others = dict.fromkeys(people)
    waiting = house.pay(transfer(firm, bola)).order
    gate = threading.Barrier(len(people))

    def come(person: str) -> str:
        gate.wait()
        return sign(house, waiting.id, firm, person)

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(come, people))
    assert sorted(answers) == ["created"] + ["not_awaiting_approval"] * 7
    house.run(house.drive.sweep())
    assert (firm.balance, bola.balance) == (97_000, 103_000)


def test_who_signs_is_within_their_own_limit(
    house: House, waiting: Order, firm: Holder, bola: Holder
) -> None:
    assert sign(house, waiting.id, firm, DAYO) == "own_limit_exceeded"
    within = Proof(person=DAYO, session="ses_2", pin=PIN)
    wish = transfer(firm, bola, 2001, principal=DAYO, initiator=DAYO, proof=within)
    assert house.refused(wish) == "own_limit_exceeded"
    wish = transfer(firm, bola, 2000, principal=DAYO, initiator=DAYO, proof=within)
    assert house.pay(wish).order.state == "awaiting_approval"


def test_below_the_amount_of_the_mandate_one_is_enough(house: House, firm: Holder, bola: Holder) -> None:
    firm.signatures_from = 3000
    assert house.pay(transfer(firm, bola, 2999)).order.state == "completed"
    assert house.pay(transfer(firm, bola, 3000)).order.state == "awaiting_approval"


def test_who_has_lost_their_part_no_longer_counts(house: House, firm: Holder, bola: Holder) -> None:
    made = Proof(person=CHI, session="ses_3", pin=PIN)
    waiting = house.pay(transfer(firm, bola, 1500, principal=CHI, initiator=CHI, proof=made)).order
    del firm.others[CHI]
    assert sign(house, waiting.id, firm, DAYO) == "awaiting_approval", "Chi's signature is worth nothing now"
    assert sign(house, waiting.id, firm, "usr_ada") == "created"
    assert sign(house, waiting.id, firm, CHI) == "not_awaiting_approval"


def test_a_stranger_and_who_was_put_out_sign_nothing(house: House, waiting: Order, firm: Holder) -> None:
    assert sign(house, waiting.id, firm, "usr_stranger") == "account_role_insufficient"
    assert refuse(house, waiting.id, firm, "usr_stranger") == "account_role_insufficient"


def test_a_mandate_changed_before_the_books_is_refused_by_them(
    house: House, waiting: Order, firm: Holder
) -> None:
    assert sign(house, waiting.id, firm, CHI) == "created"
    firm.pin_version += 1
    house.run(house.drive.sweep())
    rows = house.execute("SELECT state, code FROM payment_order WHERE id = %s", waiting.id)
    assert rows == [("declined", "pin_changed")]


def test_a_pin_changed_while_it_waited_does_no_harm(house: House, waiting: Order, firm: Holder) -> None:
    firm.pin_version += 1
    assert sign(house, waiting.id, firm, CHI) == "created"
    house.run(house.drive.sweep())
    assert house.state(waiting.id) == "completed"


def test_more_signatures_asked_for_meanwhile_are_asked_for(
    house: House, waiting: Order, firm: Holder
) -> None:
    firm.signatures, firm.others = 3, {CHI: None, DAYO: None}
    assert sign(house, waiting.id, firm, CHI) == "awaiting_approval"
    assert sign(house, waiting.id, firm, DAYO) == "created"


def test_a_signatory_says_no(house: House, waiting: Order, firm: Holder) -> None:
    assert refuse(house, waiting.id, firm, CHI) == "declined_by_signatory"
    told = ["payment.order.approval_required", "payment.order.declined"]
    assert (house.state(waiting.id), house.events(waiting.id)) == ("declined", told)
    assert fact(house, waiting.id, "payment.order.declined")["initiator"] == "usr_ada"
    assert refuse(house, waiting.id, firm, CHI) == "not_awaiting_approval"
    assert sign(house, waiting.id, firm, DAYO) == "not_awaiting_approval"


def test_who_made_it_takes_it_back(house: House, waiting: Order, firm: Holder) -> None:
    assert refuse(house, waiting.id, firm, "usr_ada") == "withdrawn"
    assert firm.balance == 100_000


def test_after_seven_days_it_lapses(house: House, waiting: Order, firm: Holder) -> None:
    house.execute("UPDATE payment_order SET due_at = now() - interval '1 second' WHERE id = %s", waiting.id)
    assert sign(house, waiting.id, firm, CHI) == "not_awaiting_approval"
    house.run(house.drive.sweep())
    rows = house.execute("SELECT state, code FROM payment_order WHERE id = %s", waiting.id)
    assert rows == [("cancelled", "not_approved")]
    lapsed = fact(house, waiting.id, "payment.order.approval_lapsed")
    assert (lapsed["initiator"], lapsed["code"]) == ("usr_ada", "not_approved")
    assert firm.balance == 100_000


def test_screening_may_still_decline_it_and_a_step_up_is_given_already(
    house: House, waiting: Order, firm: Holder, bola: Holder, screener: Screener
) -> None:
    screener.rule = lambda _screening: "step_up"
    sign(house, waiting.id, firm, CHI)
    house.run(house.drive.sweep())
    assert house.state(waiting.id) == "completed"
    other = house.pay(transfer(firm, bola)).order
    screener.rule = lambda _screening: "decline"
    sign(house, other.id, firm, CHI)
    house.run(house.drive.sweep())
    assert (house.state(other.id), firm.balance) == ("declined", 97_000)


def test_an_engine_that_dies_after_the_last_signature_is_followed_by_another(
    house: House, waiting: Order, firm: Holder, books: Books
) -> None:
    sign(house, waiting.id, firm, CHI)
    books.fates.append("lost")
    house.run(house.drive.sweep())
    assert house.state(waiting.id) in {"created", "screened"}
    house.sweep()
    assert (house.state(waiting.id), firm.balance) == ("completed", 97_000)


def test_a_refund_that_was_not_signed_gives_its_amount_back(house: House, firm: Holder, bola: Holder) -> None:
    paid = house.pay(transfer(bola, firm, 5000)).order
    proof = Proof(person="usr_ada", session="ses_1", pin=PIN)
    back = house.pay(refund(paid, 5000, payer=transfer(firm, bola).payer, proof=proof)).order
    assert back.state == "awaiting_approval"
    held = "SELECT refunded FROM payment_order WHERE id = %s"
    assert house.execute(held, paid.id) == [(5000,)]
    refuse(house, back.id, firm, CHI)
    assert house.execute(held, paid.id) == [(0,)]


def test_what_was_signed_is_kept(house: House, waiting: Order, firm: Holder) -> None:
    sign(house, waiting.id, firm, CHI)
    for change in (
        "UPDATE payment_approval SET person = 'usr_x' WHERE payment = %s",
        "DELETE FROM payment_approval WHERE payment = %s",
        "UPDATE payment_order SET mandate_version = 77 WHERE id = %s",
        "UPDATE payment_order SET signatures = 1 WHERE id = %s",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            house.execute(change, waiting.id)
