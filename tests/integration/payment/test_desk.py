"""The desk over a real database: every answer, every silence, every repeat; account and fraud stand in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.kernel.errors import Refused
from arhan.payment.domain.intents import Proof, Side
from arhan.payment.domain.orders import bank_party
from tests.payment_fakes import LOST, SILENT, Books, Holder, Screener, holder
from tests.payment_house import House, fresh_key, refund, transfer

if TYPE_CHECKING:
    from arhan.payment.service.desk import Answered

SCREEN, POST, ASK = "/v1/decisions", "/internal/v1/movements", "/internal/v1/resolutions"


def test_a_transfer_is_completed_in_one_go(house: House, ada: Holder, bola: Holder) -> None:
    answered = house.pay(transfer(ada, bola))
    order = answered.order
    assert (order.state, order.code, answered.replayed) == ("completed", "", False)
    assert (ada.balance, bola.balance) == (97_000, 103_000)
    assert house.state(order.id) == "completed"
    assert house.events(order.id) == ["payment.order.completed"]


def test_wishes_that_arrive_together_travel_as_one_list(
    house: House, books: Books, screener: Screener, ada: Holder, bola: Holder
) -> None:
    async def pay_twenty() -> list[Answered]:
        return await asyncio.gather(*(house.desk.pay(transfer(ada, bola, 100)) for _ in range(20)))

    answers = house.run(pay_twenty())
    assert {a.order.state for a in answers} == {"completed"}
    assert (ada.balance, bola.balance) == (98_000, 102_000)
    assert (len(books.called(ASK)), len(screener.called(SCREEN)), len(books.called(POST))) == (1, 1, 1)


def test_the_same_key_gets_the_same_answer_and_moves_nothing(house: House, ada: Holder, bola: Holder) -> None:
    wish = transfer(ada, bola)
    first = house.pay(wish)
    again = house.pay(transfer(ada, bola, key=wish.key))
    assert again.replayed
    assert again.order.id == first.order.id
    assert ada.balance == 97_000


def test_a_repeat_is_answered_whatever_has_become_of_the_pin(house: House, ada: Holder, bola: Holder) -> None:
    wish = transfer(ada, bola)
    first = house.pay(wish)
    house.forget()
    ada.pin, ada.tries_left = "7777", 0
    assert house.pay(transfer(ada, bola, key=wish.key)).order.id == first.order.id
    assert ada.tries_left == 0


def test_the_same_key_for_another_wish_is_refused(house: House, ada: Holder, bola: Holder) -> None:
    wish = transfer(ada, bola)
    house.pay(wish)
    assert house.refused(transfer(ada, bola, 3001, key=wish.key)) == "idempotency_key_reused"
    assert ada.balance == 97_000


def test_a_key_belongs_to_one_person_and_one_route(house: House, ada: Holder, bola: Holder) -> None:
    key = fresh_key()
    house.pay(transfer(ada, bola, key=key))
    house.pay(transfer(bola, ada, key=key))
    house.pay(transfer(ada, bola, key=key, route="POST /v1/batches"))
    assert (ada.balance, bola.balance) == (97_000, 103_000)


def test_while_the_first_request_runs_its_repeat_is_told_so(house: House, ada: Holder, bola: Holder) -> None:
    wish = transfer(ada, bola)

    async def pay_thrice() -> list[Any]:
        repeats = [wish, transfer(ada, bola, key=wish.key), transfer(ada, bola, 9, key=wish.key)]
        return await asyncio.gather(*map(house.desk.pay, repeats), return_exceptions=True)

    first, same, other = house.run(pay_thrice())
    assert first.order.state == "completed"
    assert same.refusal.code == "idempotency_in_progress"
    assert other.refusal.code == "idempotency_key_reused"
    assert ada.balance == 97_000


def test_two_engines_given_the_same_wish_make_one_payment(
    payment_database: str, house: House, books: Books, screener: Screener, ada: Holder, bola: Holder
) -> None:
    wish = transfer(ada, bola)
    with House.open(payment_database, books, screener) as other:
        first = house.pay(wish)
        second = other.pay(transfer(ada, bola, key=wish.key))
    assert second.replayed
    assert second.order.id == first.order.id
    assert ada.balance == 97_000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payer": Side(account="acc_nobody")}, "account_not_found"),
        ({"payee": Side(number="0000000000")}, "payee_not_found"),
        ({"proof": Proof(person="usr_ada", session="s", pin="9999")}, "wrong_pin"),
        ({"proof": Proof(person="usr_ada", session="s", pin=None)}, "pin_required"),
        ({"payer": Side(account="acc_bola")}, "account_not_found"),
        ({"currency": "USD"}, "currency_mismatch"),
        ({"currency": "XXX"}, "currency_mismatch"),
        ({"enquiry": "enq_nothing"}, "enquiry_not_valid"),
    ],
)
def test_a_wish_that_cannot_be_leaves_nothing_behind(
    house: House, books: Books, ada: Holder, bola: Holder, changes: dict[str, Any], code: str
) -> None:
    wish = transfer(ada, bola, **changes)
    assert house.refused(wish) == code
    assert house.execute("SELECT 1 FROM payment_order WHERE key = %s", wish.key) == []
    assert books.posted == {}
    assert (ada.balance, bola.balance) == (100_000, 100_000)


def test_a_payment_to_oneself_is_refused(house: House, ada: Holder) -> None:
    assert house.refused(transfer(ada, ada)) == "same_account"


def test_a_refused_wish_may_be_put_right_under_its_key(house: House, ada: Holder, bola: Holder) -> None:
    wrong = transfer(ada, bola, proof=Proof(person="usr_ada", session="ses_1", pin="9999"))
    assert house.refused(wrong) == "wrong_pin"
    assert house.pay(transfer(ada, bola, key=wrong.key)).order.state == "completed"


def test_three_wrong_pins_block_and_nothing_moves(house: House, ada: Holder, bola: Holder) -> None:
    for pin in ("1111", "2222", "3333"):
        proof = Proof(person="usr_ada", session="ses_1", pin=pin)
        assert house.refused(transfer(ada, bola, proof=proof)) == "wrong_pin"
    assert house.refused(transfer(ada, bola)) == "pin_blocked"
    assert ada.balance == 100_000


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda ada, _bola: setattr(ada, "balance", 2999), "insufficient_funds"),
        (lambda ada, _bola: setattr(ada, "frozen", True), "account_frozen"),
        (lambda _ada, bola: setattr(bola, "frozen", True), "account_frozen"),
    ],
    ids=["too little money", "payer frozen", "payee frozen"],
)
def test_what_the_books_refuse_is_a_declined_order(
    house: House, books: Books, ada: Holder, bola: Holder, spoil: Any, code: str
) -> None:
    spoil(ada, bola)
    before = ada.balance
    wish = transfer(ada, bola)
    order = house.pay(wish).order
    assert (order.state, order.code) == ("declined", code)
    assert (books.posted, ada.balance, bola.balance) == ({}, before, 100_000)
    assert house.events(order.id) == ["payment.order.declined"]
    assert house.pay(transfer(ada, bola, key=wish.key)).order.id == order.id


def test_a_pin_changed_since_it_was_proved_declines_and_must_be_proved_again(
    house: House, ada: Holder, bola: Holder
) -> None:
    house.pay(transfer(ada, bola))
    ada.pin, ada.pin_version = "7777", 2
    order = house.pay(transfer(ada, bola)).order
    assert (order.state, order.code, ada.balance) == ("declined", "pin_changed", 97_000)
    assert house.refused(transfer(ada, bola)) == "wrong_pin"
    proof = Proof(person="usr_ada", session="ses_1", pin="7777")
    assert house.pay(transfer(ada, bola, proof=proof)).order.state == "completed"


@pytest.mark.parametrize(
    ("outcome", "becomes", "events"),
    [
        ("decline", ("declined", "declined_by_screening"), ["payment.order.declined"]),
        ("review", ("review", "under_review"), ["payment.order.review_required"]),
        ("step_up", ("requires_action", "confirmation_required"), []),
    ],
)
def test_what_screening_does_not_clear_moves_no_money(
    house: House,
    books: Books,
    screener: Screener,
    ada: Holder,
    bola: Holder,
    outcome: str,
    becomes: tuple[str, str],
    events: list[str],
) -> None:
    screener.rule = lambda _screening: outcome
    wish = transfer(ada, bola)
    order = house.pay(wish).order
    assert ((order.state, order.code), order.reasons) == (becomes, ["The test says so."])
    assert (books.called(POST), ada.balance) == ([], 100_000)
    assert house.events(order.id) == events
    assert house.pay(transfer(ada, bola, key=wish.key)).replayed


def test_when_fraud_is_silent_nothing_is_cleared(
    house: House, books: Books, screener: Screener, ada: Holder
) -> None:
    stranger = holder("stranger")
    books.holders[stranger.party.account] = stranger
    screener.fates.extend([SILENT, "", SILENT, SILENT])
    first = house.pay(transfer(ada, stranger)).order
    assert (first.state, first.decision, ada.balance) == ("review", "", 100_000)
    assert house.pay(transfer(ada, stranger)).order.state == "completed"
    known_and_small = house.pay(transfer(ada, stranger)).order
    assert (known_and_small.state, ada.balance) == ("requires_action", 97_000)
    known_and_large = house.pay(transfer(ada, stranger, 500_001)).order
    assert (known_and_large.state, ada.balance) == ("review", 97_000)


def test_fraud_that_answers_about_something_else_counts_as_silent(
    house: House, screener: Screener, ada: Holder, bola: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screener, "answer", lambda _path, _body: {"decisions": []})
    assert house.pay(transfer(ada, bola)).order.state in {"review", "requires_action"}
    assert ada.balance == 100_000


@pytest.mark.parametrize("fate", [SILENT, LOST], ids=["the call was lost", "the answer was lost"])
def test_when_account_is_silent_the_key_tells_the_end_later(
    house: House, books: Books, ada: Holder, bola: Holder, fate: str
) -> None:
    house.pay(transfer(ada, bola))
    books.fates.append(fate)
    wish = transfer(ada, bola)
    assert house.refused(wish) == "payment_pending"
    assert house.refused(transfer(ada, bola, key=wish.key)) == "idempotency_in_progress"
    assert house.sweep() == 1
    answered = house.pay(transfer(ada, bola, key=wish.key))
    assert (answered.order.state, answered.replayed) == ("completed", True)
    assert (ada.balance, bola.balance) == (94_000, 106_000)
    assert house.events(answered.order.id) == ["payment.order.completed"]


def test_when_account_cannot_say_who_is_who_nothing_is_stored(
    house: House, books: Books, ada: Holder, bola: Holder
) -> None:
    books.fates.append(SILENT)
    wish = transfer(ada, bola)
    assert house.refused(wish) == "service_unavailable"
    assert house.execute("SELECT 1 FROM payment_order WHERE key = %s", wish.key) == []


def test_an_order_whose_engine_died_after_storing_is_driven_on(
    house: House, books: Books, screener: Screener, ada: Holder, bola: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_arguments: Any) -> Any:
        raise psycopg.OperationalError

    wish = transfer(ada, bola)
    with monkeypatch.context() as patch:
        patch.setattr(house.drive, "drive", die)
        with pytest.raises(psycopg.OperationalError):
            house.pay(wish)
    assert screener.calls == []
    house.forget()
    assert house.sweep() == 1
    assert house.pay(transfer(ada, bola, key=wish.key)).order.state == "completed"
    assert ada.balance == 97_000


def test_an_order_swept_while_fraud_is_silent_waits_for_fraud(
    house: House, books: Books, screener: Screener, ada: Holder, bola: Holder
) -> None:
    """The local policy must not speak the second time: the first attempt may have moved the money."""
    house.pay(transfer(ada, bola))
    books.fates.append(LOST)
    wish = transfer(ada, bola)
    assert house.refused(wish) == "payment_pending"
    house.execute("UPDATE payment_order SET state = 'created' WHERE key = %s", wish.key)
    screener.fates.append(SILENT)
    house.sweep()
    assert house.refused(transfer(ada, bola, key=wish.key)) == "idempotency_in_progress"
    house.sweep()
    assert house.pay(transfer(ada, bola, key=wish.key)).order.state == "completed"
    assert ada.balance == 94_000


def test_a_sweep_leaves_alone_what_is_not_due(house: House, books: Books, ada: Holder, bola: Holder) -> None:
    house.pay(transfer(ada, bola))
    books.fates.append(SILENT)
    wish = transfer(ada, bola)
    assert house.refused(wish) == "payment_pending"
    assert house.run(house.drive.sweep()) == 0
    assert house.sweep() == 1


def test_two_sweeps_at_once_share_the_work(house: House, books: Books, ada: Holder, bola: Holder) -> None:
    house.pay(transfer(ada, bola, 1))
    books.fates.extend([SILENT] * 8)
    for _ in range(8):
        assert house.refused(transfer(ada, bola, 100)) == "payment_pending"
    house.execute("UPDATE payment_order SET due_at = now() WHERE state IN ('created', 'screened')")

    async def sweep_twice() -> list[int]:
        return list(await asyncio.gather(house.drive.sweep(), house.drive.sweep()))

    assert sum(house.run(sweep_twice())) == 8
    assert ada.balance == 99_199


def test_an_attempt_that_was_overtaken_writes_nothing(
    house: House, books: Books, screener: Screener, ada: Holder, bola: Holder
) -> None:
    """The first attempt hears nothing from fraud and would send the order to review; meanwhile a sweep
    heard `allow`, moved the money and is about to say so. The first attempt must not be heard."""
    wish = transfer(ada, bola)
    first, second = house.drive, house.another_drive()
    screen_locally, settle = first._screen_locally, second._settle
    first_is_done = asyncio.Event()
    sweeps: list[asyncio.Task[int]] = []

    async def be_overtaken(orders: Any) -> Any:
        house.execute("UPDATE payment_order SET due_at = now() WHERE key = %s", wish.key)
        sweeps.append(asyncio.create_task(second.sweep()))
        while not books.posted:  # noqa: ASYNC110 - the stand-in has no event to wait for
            await asyncio.sleep(0.01)
        return await screen_locally(orders)

    async def settle_late(before: Any, after: Any) -> Any:
        await first_is_done.wait()
        return await settle(before, after)

    async def race() -> str:
        first._screen_locally = be_overtaken  # type: ignore[method-assign]
        second._settle = settle_late  # type: ignore[method-assign]
        screener.fates.append(SILENT)
        try:
            await house.desk.pay(wish)
        except Refused as refused:
            first_is_done.set()
            await sweeps[0]
            return refused.refusal.code
        return "not refused"

    assert house.run(race()) == "payment_pending"
    answered = house.pay(transfer(ada, bola, key=wish.key))
    assert (answered.order.state, ada.balance) == ("completed", 97_000)
    assert house.events(answered.order.id) == ["payment.order.completed"]


def test_an_order_under_a_foreign_movement_is_never_called_declined(
    house: House, books: Books, ada: Holder, bola: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "_refuse", lambda _command: "id_used_for_other_movement")
    wish = transfer(ada, bola)
    assert house.refused(wish) == "payment_pending"
    assert house.execute("SELECT state FROM payment_order WHERE key = %s", wish.key) == [("screened",)]


def test_a_command_that_came_too_late_is_sent_again(
    house: House, books: Books, ada: Holder, bola: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(books, "_refuse", lambda _command: "command_expired")
        wish = transfer(ada, bola)
        assert house.refused(wish) == "payment_pending"
    house.sweep()
    assert house.pay(transfer(ada, bola, key=wish.key)).order.state == "completed"


def test_cash_at_the_counter_needs_no_pin(house: House, books: Books, bola: Holder) -> None:
    deposit = transfer(
        bola,
        bola,
        5000,
        principal="usr_tunde",
        kind="deposit",
        payer=Side(party=bank_party("bank_cash_ngn", "NGN")),
        proof=None,
        initiator="usr_tunde",
    )
    order = house.pay(deposit).order
    assert (order.state, order.payer_customer, order.pin_version) == ("completed", "", None)
    assert (books.cash, bola.balance) == (-5000, 105_000)


def test_a_sibling_is_not_sent_away_when_fraud_is_silent(
    house: House, screener: Screener, ada: Holder, bola: Holder
) -> None:
    """Nobody waits for a standing order, so it waits for fraud, not for a member of staff."""
    screener.fates.append(SILENT)
    wish = transfer(
        ada,
        bola,
        kind="standing_order",
        principal="account",
        payee=Side(account=bola.party.account),
        proof=None,
    )
    (answer,) = house.run(house.desk.pay_all([wish]))
    assert not isinstance(answer, Refused)
    assert answer.order.state == "created"
    house.sweep()
    assert house.state(answer.order.id) == "completed"


def test_a_payment_goes_back_in_parts_but_never_more_than_once(
    house: House, ada: Holder, bola: Holder
) -> None:
    original = house.pay(transfer(ada, bola)).order
    part = refund(original, 1000)
    assert house.pay(part).order.state == "completed"
    assert house.pay(refund(original, 1000, key=part.key)).replayed
    assert (ada.balance, bola.balance) == (98_000, 102_000)
    assert house.refused(refund(original, 2001)) == "refund_exceeds_payment"
    assert house.pay(refund(original, 2000)).order.state == "completed"
    assert house.refused(refund(original, 1)) == "refund_exceeds_payment"
    assert (ada.balance, bola.balance) == (100_000, 100_000)


def test_refunds_that_race_give_back_the_amount_once(house: House, ada: Holder, bola: Holder) -> None:
    original = house.pay(transfer(ada, bola)).order

    async def race() -> list[Any]:
        return await asyncio.gather(
            *(house.desk.pay(refund(original, 2000)) for _ in range(10)), return_exceptions=True
        )

    answers = house.run(race())
    refused = [a.refusal.code for a in answers if isinstance(a, Refused)]
    assert refused == ["refund_exceeds_payment"] * 9
    assert ada.balance == 99_000


def test_a_refund_that_is_declined_can_be_asked_for_again(house: House, ada: Holder, bola: Holder) -> None:
    original = house.pay(transfer(ada, bola)).order
    bola.balance = 0
    assert house.pay(refund(original, 3000)).order.code == "insufficient_funds"
    bola.balance = 3000
    assert house.pay(refund(original, 3000)).order.state == "completed"
    assert (ada.balance, bola.balance) == (100_000, 0)


def test_a_refund_refused_by_its_original_is_not_stored(house: House, ada: Holder, bola: Holder) -> None:
    original = house.pay(transfer(ada, bola)).order
    wish = refund(original, 3001)
    assert house.refused(wish) == "refund_exceeds_payment"
    assert house.execute("SELECT 1 FROM payment_order WHERE key = %s", wish.key) == []


def test_an_order_its_payer_did_not_confirm_in_time_lapses(
    house: House, screener: Screener, ada: Holder, bola: Holder
) -> None:
    screener.rule = lambda _screening: "step_up"
    order = house.pay(transfer(ada, bola)).order
    assert house.run(house.drive.sweep()) == 0
    house.execute("UPDATE payment_order SET due_at = now() WHERE id = %s", order.id)
    assert house.run(house.drive.sweep()) == 1
    assert house.execute("SELECT state, code FROM payment_order WHERE id = %s", order.id) == [
        ("cancelled", "not_confirmed")
    ]
    assert ada.balance == 100_000


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount + 1",
        "payee_account = 'acc_eve'",
        "key = 'other'",
        "state = 'declined'",
        "refunded = amount + 1",
        "refunded = -1",
    ],
)
def test_the_database_itself_refuses_to_rewrite_a_completed_order(
    house: House, ada: Holder, bola: Holder, change: str
) -> None:
    order = house.pay(transfer(ada, bola)).order
    with pytest.raises(psycopg.errors.IntegrityError):
        house.execute(f"UPDATE payment_order SET {change} WHERE id = %s", order.id)  # noqa: S608 - ours


def test_the_database_itself_refuses_to_delete_orders(house: House, ada: Holder, bola: Holder) -> None:
    order = house.pay(transfer(ada, bola)).order
    with pytest.raises(psycopg.errors.RestrictViolation):
        house.execute("DELETE FROM payment_order WHERE id = %s", order.id)
    with pytest.raises(psycopg.errors.RestrictViolation):
        house.execute("TRUNCATE payment_order")


def test_the_pin_is_nowhere_in_the_database(house: House, ada: Holder, bola: Holder) -> None:
    ada.pin = "8642"
    proof = Proof(person="usr_ada", session="ses_1", pin="8642")
    order = house.pay(transfer(ada, bola, proof=proof)).order
    ((row,),) = house.execute(
        "SELECT (row_to_json(o)::jsonb - '{id,key,body_hash}'::text[])::text FROM payment_order o"
        " WHERE id = %s",
        order.id,
    )
    assert "8642" not in row.replace(order.id, "")
