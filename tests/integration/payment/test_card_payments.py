"""Cards, from the first word to the last refund, through the gateway of a whole bank."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.account.cards.number import compose
from tests.bank import eventually
from tests.cards import PIN, Plastic, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bank import Bank
    from tests.cards import Person

RICHES = 1_000_000
LET_BY = {"", "confirmation_required", "under_review"}
"""What the card's own checks let by; screening, which heard of many wrong tries, may still want to know."""


@dataclass(frozen=True)
class Purse:
    """What somebody had when a test began."""

    terminal: Terminal
    owner: Person
    balance: int
    held: int

    def changed(self) -> tuple[int, int]:
        """By how much the balance and what is held of it differ from then."""
        balance, held = self.terminal.money(self.owner)
        return balance - self.balance, held - self.held


@pytest.fixture(scope="module")
def terminal(bank: Bank) -> Iterator[Terminal]:
    opened = Terminal(bank)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def payer(terminal: Terminal) -> Person:
    """Somebody with money enough for all that is paid here; every test has cards of its own."""
    joined = terminal.join()
    terminal.deposit(joined, RICHES)
    return joined


@pytest.fixture
def purse(terminal: Terminal, payer: Person) -> Purse:
    return Purse(terminal, payer, *terminal.money(payer))


@pytest.fixture(scope="module")
def payee(terminal: Terminal) -> Person:
    return terminal.join()


@pytest.fixture
def card(terminal: Terminal, payer: Person) -> Iterator[Plastic]:
    made = terminal.card(payer)
    yield made
    terminal.post(f"/account/v1/cards/{made.id}/close", payer.token)


def test_a_card_shows_its_ends_and_tells_its_number_to_its_owner_alone(
    terminal: Terminal, payer: Person, payee: Person
) -> None:
    issued = terminal.issue(payer)
    assert (issued["status"], issued["pin_status"], len(issued["last4"])) == ("open", "ok", 4)
    shown = terminal.reveal(payer, issued["id"])
    assert shown.number.startswith(issued["bin"])
    assert shown.number.endswith(issued["last4"])
    assert (len(shown.number), len(shown.cvv)) == (16, 3)
    assert shown.expiry == issued["expiry"]
    path = f"/account/v1/cards/{issued['id']}/reveal"
    proof = terminal.proof(payer, "reveal_card", issued["id"])
    assert terminal.post(path, payer.token, {"proof": proof})["number"] == shown.number
    assert terminal.post(path, payer.token, {"proof": proof})["code"] == "proof_used"
    stale = terminal.proof(payer, "reveal_card", "card_of_another")
    assert terminal.post(path, payer.token, {"proof": stale})["code"] == "proof_invalid"
    theirs = terminal.proof(payee, "reveal_card", issued["id"])
    assert terminal.ask("POST", path, payee.token, {"proof": theirs}).status_code == 404
    assert terminal.ask("POST", path, terminal.staff("admin"), {"proof": proof}).status_code == 403


def test_a_card_pays_at_once(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    before = terminal.money(payee)[0]
    paid = terminal.paid(payer, card, payee, 1_500, mcc="5411")
    assert (paid["status"], paid["response_code"], paid["captured"]) == ("completed", "00", 1_500)
    assert purse.changed() == (-1_500, 0)
    assert terminal.money(payee)[0] == before + 1_500
    (seen,) = terminal.get(f"/payment/v1/payments?card={card.id}", payer.token)["items"]
    assert (seen["id"], seen["card"]["last4"]) == (paid["id"], card.last4)


def test_a_repeat_gets_the_same_answer_and_another_wish_under_its_key_none(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    first = terminal.pay(payer.token, card, payee, 700, key=f"once-{card.id}")
    again = terminal.pay(payer.token, card, payee, 700, key=f"once-{card.id}")
    other = terminal.pay(payer.token, card, payee, 701, key=f"once-{card.id}")
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert purse.changed() == (-700, 0)


def test_funds_are_held_captured_in_parts_and_the_rest_released(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 10_000, capture="later")
    assert (held["status"], held["response_code"], held["captured"]) == ("authorised", "00", 0)
    assert purse.changed() == (0, 10_000)
    part = terminal.carry_on(payee.token, held["id"], "capture", {"amount": 4_000, "final": False})
    assert part.status_code == 201, part.text
    assert part.json()["card_payment"]["status"] == "authorised"
    assert purse.changed() == (-4_000, 6_000)
    last = terminal.carry_on(payee.token, held["id"], "capture", {"amount": 5_000})
    after = last.json()["card_payment"]
    assert (after["status"], after["captured"]) == ("completed", 9_000)
    assert purse.changed() == (-9_000, 0)


def test_a_capture_repeated_is_answered_and_captures_once(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 5_000, capture="later")
    body = {"amount": 2_000, "final": False}
    first = terminal.carry_on(payee.token, held["id"], "capture", body, key="cap")
    again = terminal.carry_on(payee.token, held["id"], "capture", body, key="cap")
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert purse.changed() == (-2_000, 3_000)


def test_the_last_capture_may_be_a_fifth_larger_and_is_flagged(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 10_000, capture="later")
    more = terminal.carry_on(payee.token, held["id"], "capture", {"amount": 12_000})
    after = more.json()["card_payment"]
    assert (after["status"], after["captured"], after["excess"]) == ("completed", 12_000, 2_000)
    assert purse.changed() == (-12_000, 0)
    whole = terminal.carry_on(terminal.staff("teller"), held["id"], "refund", {})
    assert (whole.json()["status"], whole.json()["amount"]) == ("completed", 12_000)
    assert purse.changed() == (0, 0)


def test_a_release_gives_everything_back(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 10_000, capture="later")
    released = terminal.carry_on(payee.token, held["id"], "release")
    assert released.status_code == 201, released.text
    assert released.json()["card_payment"]["status"] == "cancelled"
    assert purse.changed() == (0, 0)


def test_the_payee_gives_back_what_was_captured_and_no_more(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 10_000, capture="later")
    terminal.carry_on(payee.token, held["id"], "capture", {"amount": 6_000})
    pin = payee.customer.person.pin
    beyond = terminal.carry_on(payee.token, held["id"], "refund", {"amount": 6_001, "pin": pin})
    assert beyond.json()["code"] == "refund_exceeds_payment"
    mine = terminal.carry_on(payer.token, held["id"], "refund", {"amount": 1, "pin": PIN})
    assert mine.json()["code"] == "not_permitted"
    given = terminal.carry_on(payee.token, held["id"], "refund", {"amount": 6_000, "pin": pin})
    assert given.json()["status"] == "completed", given.text
    again = terminal.carry_on(payee.token, held["id"], "refund", {"amount": 1, "pin": pin})
    assert again.json()["code"] == "refund_exceeds_payment"
    assert purse.changed() == (0, 0)


def test_a_stranger_neither_captures_nor_releases(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 1_000, capture="later")
    stranger = terminal.join()
    for verb, body in (("capture", {}), ("release", None), ("refund", {})):
        assert terminal.carry_on(stranger.token, held["id"], verb, body).status_code == 404
    assert purse.changed() == (0, 1_000)


def test_who_pays_by_card_has_promised_and_takes_nothing_back(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 1_000, capture="later")
    for verb, body in (("release", None), ("refund", {"amount": 1, "pin": PIN})):
        mine = terminal.carry_on(payer.token, held["id"], verb, body)
        assert (mine.status_code, mine.json()["code"]) == (403, "not_permitted"), verb
    assert purse.changed() == (0, 1_000)
    assert terminal.carry_on(payer.token, held["id"], "capture", {}).status_code == 201
    assert purse.changed() == (-1_000, 0)


def test_who_presents_somebody_elses_card_acts_for_the_payee_and_its_holder_does_not(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    till = terminal.join()
    held = terminal.paid(till, card, payee, 2_000, capture="later")
    for verb, body in (("capture", {}), ("release", None), ("refund", {"amount": 1, "pin": PIN})):
        mine = terminal.carry_on(payer.token, held["id"], verb, body)
        assert (mine.status_code, mine.json()["code"]) == (403, "not_permitted"), verb
    assert terminal.carry_on(till.token, held["id"], "refund", {"amount": 1}).status_code == 404
    assert purse.changed() == (0, 2_000)
    part = {"amount": 500, "final": False}
    assert terminal.carry_on(till.token, held["id"], "capture", part).status_code == 201
    assert terminal.carry_on(till.token, held["id"], "release").status_code == 201
    assert purse.changed() == (-500, 0)


def frozen(terminal: Terminal, payer: Person, card: Plastic) -> None:
    terminal.post(f"/account/v1/cards/{card.id}/freeze", payer.token, status=200)


def blocked(reason: str) -> Prepare:
    def block(terminal: Terminal, payer: Person, card: Plastic) -> None:
        path = f"/account/v1/cards/{card.id}/block"
        terminal.post(path, payer.token, {"reason": reason}, status=200)

    return block


def ruled(**controls: Any) -> Prepare:
    def rule(terminal: Terminal, payer: Person, card: Plastic) -> None:
        terminal.post(f"/account/v1/cards/{card.id}/controls", payer.token, controls, status=200)

    return rule


def ruled_by_the_bank(**controls: Any) -> Prepare:
    def rule(terminal: Terminal, payer: Person, card: Plastic) -> None:
        body = controls | {"reason": "risk"}
        terminal.post(f"/account/v1/cards/{card.id}/controls", terminal.staff("risk"), body, status=200)
        terminal.post(f"/account/v1/cards/{card.id}/controls", payer.token, {}, status=200)

    return rule


def nothing(_terminal: Terminal, _payer: Person, _card: Plastic) -> None:
    """The card is as it was issued."""


def other(digits: str) -> str:
    """Not these digits."""
    return f"{(int(digits) + 1) % 10 ** len(digits):0{len(digits)}d}"


Prepare = Callable[[Terminal, "Person", Plastic], None]
Changes = Callable[[Plastic], dict[str, Any]]
DECLINED: dict[str, tuple[Prepare, Changes, str, str]] = {
    "wrong code": (nothing, lambda c: {"cvv": other(c.cvv)}, "wrong_cvv", "05"),
    "no code on the internet": (nothing, lambda _: {"cvv": None}, "cvv_required", "05"),
    "wrong PIN": (nothing, lambda c: {"pin": other(c.pin)}, "wrong_pin", "55"),
    "no PIN at a terminal": (nothing, lambda _: {"channel": "pos", "pin": None}, "pin_required", "55"),
    "wrong expiry": (nothing, lambda _: {"expiry": "01/99"}, "wrong_expiry", "54"),
    "frozen": (frozen, lambda _: {}, "card_frozen", "62"),
    "lost": (blocked("lost"), lambda _: {}, "card_lost", "41"),
    "stolen": (blocked("stolen"), lambda _: {}, "card_stolen", "43"),
    "known to others": (blocked("compromised"), lambda _: {}, "card_closed", "05"),
    "over the limit of one payment": (
        ruled(limits=[{"window": "use", "amount": 999}]),
        lambda _: {},
        "card_amount_limit",
        "61",
    ),
    "over a day's count": (
        ruled(limits=[{"window": "day", "count": 0}]),
        lambda _: {},
        "card_count_limit",
        "65",
    ),
    "over the bank's limit": (
        ruled_by_the_bank(limits=[{"window": "day", "amount": 999}]),
        lambda _: {},
        "card_amount_limit",
        "61",
    ),
    "online payments off": (ruled(online=False), lambda _: {}, "online_payments_off", "57"),
    "channel": (ruled(channels_allowed=["pos"]), lambda _: {}, "channel_not_allowed", "57"),
    "category blocked": (
        ruled(mccs_blocked=["7995"]),
        lambda _: {"mcc": "7995"},
        "mcc_not_allowed",
        "57",
    ),
    "category not among those allowed": (
        ruled(mccs_allowed=["5411"]),
        lambda _: {"mcc": "7995"},
        "mcc_not_allowed",
        "57",
    ),
    "country": (ruled(countries_blocked=["US"]), lambda _: {"country": "US"}, "country_not_allowed", "62"),
    "more than there is": (nothing, lambda _: {"amount": 2 * RICHES}, "insufficient_funds", "51"),
}


@pytest.mark.parametrize("case", DECLINED)
def test_a_card_is_declined_with_its_code_and_nothing_moves(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, case: str
) -> None:
    prepare, changes, code, response = DECLINED[case]
    prepare(terminal, payer, card)
    before = terminal.money(payer), terminal.money(payee)
    for capture in ("now", "later"):
        declined = terminal.paid(payer, card, payee, capture=capture, **changes(card))
        assert (declined["status"], declined["code"], declined["response_code"]) == (
            "declined",
            code,
            response,
        )
    assert (terminal.money(payer), terminal.money(payee)) == before


def test_a_card_of_a_frozen_account_pays_nothing(terminal: Terminal, payee: Person) -> None:
    owner = terminal.join()
    card = terminal.card(owner)
    account = owner.customer.person.account_id
    terminal.post(f"/account/v1/accounts/{account}/freeze", owner.token, status=200)
    for capture in ("now", "later"):
        declined = terminal.paid(owner, card, payee, capture=capture)
        assert (declined["code"], declined["response_code"]) == ("account_frozen", "62")
    assert terminal.money(owner) == (100_000, 0)


def test_a_merchant_that_is_blocked_is_not_paid(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic
) -> None:
    ruled(merchants_blocked=[payee.customer.person.account])(terminal, payer, card)
    declined = terminal.paid(payer, card, payee)
    assert (declined["code"], declined["response_code"]) == ("merchant_not_allowed", "57")


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown number": ({"card_number": compose(issuer="222399", account_part=0)}, 422, "card_not_found"),
    "number failing its check digit": (
        {"card_number": other(compose(issuer="222399", account_part=0))},
        422,
        "card_number_invalid",
    ),
    "number of another form": ({"card_number": "22239900"}, 400, "malformed_request"),
    "unknown payee": ({"payee_number": "0000000000"}, 404, "payee_not_found"),
    "no amount": ({"amount": 0}, 422, "amount_out_of_range"),
    "another currency": ({"currency": "USD"}, 422, "currency_mismatch"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_becomes_no_payment_is_refused_with_its_code(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, case: str, purse: Purse
) -> None:
    changes, status, code = REFUSED[case]
    answer = terminal.pay(payer.token, card, payee, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert card.number not in answer.text
    assert purse.changed() == (0, 0)


def test_what_has_ended_is_not_captured_and_not_released_again(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic
) -> None:
    captured = terminal.paid(payer, card, payee, 1_000, capture="later")
    terminal.carry_on(payee.token, captured["id"], "capture", {})
    released = terminal.paid(payer, card, payee, 1_000, capture="later")
    terminal.carry_on(payee.token, released["id"], "release")
    beyond = terminal.paid(payer, card, payee, 1_000, capture="later")
    at_once = terminal.paid(payer, card, payee, 1_000)
    rows = [
        (captured, "capture", {}, 409, "hold_already_captured"),
        (captured, "release", None, 409, "hold_already_captured"),
        (released, "capture", {}, 409, "hold_already_released"),
        (released, "release", None, 409, "hold_already_released"),
        (beyond, "capture", {"amount": 1_201}, 422, "capture_exceeds_hold"),
        (beyond, "capture", {"amount": 1_001, "final": False}, 422, "capture_exceeds_hold"),
        (beyond, "capture", {"amount": 0}, 422, "amount_out_of_range"),
        (at_once, "release", None, 409, "hold_already_captured"),
    ]
    before = terminal.money(payer), terminal.money(payee)
    for payment, verb, body, status, code in rows:
        answer = terminal.carry_on(payee.token, payment["id"], verb, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (verb, body, answer.text)
    assert (terminal.money(payer), terminal.money(payee)) == before


def test_a_card_for_one_payment_pays_once_and_one_for_one_merchant_pays_no_other(
    terminal: Terminal, payer: Person, payee: Person
) -> None:
    once = terminal.card(payer, variant="single_use")
    held = terminal.paid(payer, once, payee, capture="later")
    assert terminal.paid(payer, once, payee)["code"] == "card_used_up"
    terminal.carry_on(payee.token, held["id"], "release")
    assert terminal.paid(payer, once, payee)["status"] == "completed"
    assert terminal.paid(payer, once, payee)["code"] == "card_used_up"
    locked = terminal.card(payer, variant="merchant_locked")
    assert terminal.paid(payer, locked, payee)["status"] == "completed"
    assert terminal.paid(payer, locked, terminal.join())["code"] == "merchant_not_allowed"


def test_limits_hold_when_many_pay_at_once(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    ruled(limits=[{"window": "day", "count": 3}, {"window": "week", "amount": 2_500}])(terminal, payer, card)
    with ThreadPoolExecutor(16) as crowd:
        answers = list(
            crowd.map(lambda _: terminal.paid(payer, card, payee, 1_000, capture="later"), range(24))
        )
    assert sorted({a.get("code", "") for a in answers}) == ["", "card_amount_limit"]
    assert sum(a["status"] == "authorised" for a in answers) == 2
    assert purse.changed() == (0, 2_000)
    shown = terminal.get(f"/account/v1/cards/{card.id}", payer.token)
    assert {s["window"]: (s["amount"], s["count"]) for s in shown["spent"]} == dict.fromkeys(
        ("day", "week", "month", "ever"), (2000, 2)
    )
    held = next(a for a in answers if a["status"] == "authorised")
    terminal.carry_on(payee.token, held["id"], "release")
    assert terminal.paid(payer, card, payee, 1_500)["status"] == "completed"


def test_of_fifty_wrong_pins_at_once_exactly_three_are_looked_at(
    bank: Bank, terminal: Terminal, payer: Person, payee: Person, card: Plastic
) -> None:
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda _: terminal.paid(payer, card, payee, pin=other(card.pin)), range(50)))
    codes = [answer["code"] for answer in answers]
    assert (codes.count("wrong_pin"), codes.count("pin_blocked")) == (3, 47)
    right = terminal.paid(payer, card, payee)
    assert (right["code"], right["response_code"]) == ("pin_blocked", "75")
    with psycopg.connect(bank.superuser_url("account")) as database:
        row = database.execute("SELECT tries_left FROM card_pin WHERE card = %s", (card.id,)).fetchone()
    assert row == (0,)
    path = f"/account/v1/cards/{card.id}/pin"
    known = terminal.ask("POST", path, payer.token, {"new_pin": "1357", "current_pin": PIN})
    assert known.json()["code"] == "pin_blocked"
    proof = terminal.proof(payer, "set_card_pin", card.id)
    terminal.post(path, payer.token, {"new_pin": "1357", "proof": proof}, status=200)
    assert terminal.paid(payer, replace(card, pin="1357"), payee).get("code", "") in LET_BY


def test_a_card_whose_codes_were_guessed_pays_when_its_holder_confirms(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    for _ in range(6):
        assert terminal.paid(payer, card, payee, cvv=other(card.cvv))["code"] == "wrong_cvv"
    waits: dict[str, Any] = {}

    def asked_to_confirm() -> bool:
        waits.update({"code": ""} | terminal.paid(payer, card, payee, 700, capture="later"))
        return bool(waits["code"] == "confirmation_required")

    eventually(asked_to_confirm, what="screening to hear of the declined attempts")
    assert (waits["status"], waits["response_code"]) == ("requires_action", "01")
    assert waits["reasons"] == ["Several attempts with this card were declined. Please confirm it is you."]
    before = purse.changed()
    path = f"/payment/v1/payments/{waits['id']}/confirm"
    act = {"action": "card_payment", "amount": 700, "currency": "NGN", "payee": waits["payee_number"]}
    proof = terminal.proof(payer, "", "", aud=["payment"], act=act | {"reference": waits["id"]})
    confirmed = terminal.ask("POST", path, payer.token, {"proof": proof})
    assert confirmed.status_code == 200, confirmed.text
    eventually(
        lambda: terminal.get(f"/payment/v1/payments/{waits['id']}", payer.token)["status"] == "authorised"
    )
    assert purse.changed() == (before[0], before[1] + 700)


def test_ten_wrong_codes_are_answered_and_no_more(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic
) -> None:
    wrong = [terminal.paid(payer, card, payee, cvv=other(card.cvv))["code"] for _ in range(11)]
    assert wrong == ["wrong_cvv"] * 10 + ["cvv_blocked"]
    assert terminal.paid(payer, card, payee)["code"] == "cvv_blocked"
    terminal.reveal(payer, card.id)
    assert terminal.paid(payer, card, payee).get("code", "") in LET_BY


def test_a_replacement_keeps_rules_and_counters_and_the_old_card_is_gone(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic
) -> None:
    ruled(limits=[{"window": "month", "amount": 1_500}])(terminal, payer, card)
    terminal.paid(payer, card, payee, 1_000)
    made = terminal.post(
        f"/account/v1/cards/{card.id}/replace", payer.token, {"reason": "damaged", "pin": PIN}, status=201
    )
    assert (made["replaces"], made["status"]) == (card.id, "open")
    assert terminal.paid(payer, card, payee)["code"] == "card_closed"
    new = terminal.reveal(payer, made["id"])
    assert new.number != card.number
    assert terminal.paid(payer, new, payee, 1_000)["code"] == "card_amount_limit"
    assert terminal.paid(payer, new, payee, 500)["status"] == "completed"
    again = terminal.post(f"/account/v1/cards/{card.id}/replace", payer.token, {"reason": "damaged"})
    assert again["code"] == "already_replaced"


def test_plastic_waits_until_it_has_arrived_and_what_the_bank_froze_the_bank_unfreezes(
    terminal: Terminal, payer: Person, payee: Person
) -> None:
    plastic = terminal.card(payer, type="physical")
    assert terminal.paid(payer, plastic, payee)["code"] == "card_not_active"
    path = f"/account/v1/cards/{plastic.id}"
    assert terminal.post(f"{path}/freeze", payer.token)["code"] == "card_not_activated"
    assert terminal.post(f"{path}/activate", payer.token)["status"] == "open"
    terminal.post(f"{path}/freeze", terminal.staff("risk"), {"reason": "suspicious"}, status=200)
    assert terminal.post(f"{path}/unfreeze", payer.token)["code"] == "card_frozen_by_bank"
    terminal.post(f"{path}/unfreeze", terminal.staff("risk"), {"reason": "cleared"}, status=200)
    assert terminal.paid(payer, plastic, payee)["status"] == "completed"
    terminal.post(f"{path}/close", payer.token, status=200)
    assert terminal.post(f"{path}/unfreeze", payer.token)["code"] == "card_is_closed"


def test_what_is_promised_is_paid_from_a_card_frozen_since(
    terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 2_000, capture="later")
    frozen(terminal, payer, card)
    captured = terminal.carry_on(payee.token, held["id"], "capture", {})
    assert captured.json()["card_payment"]["status"] == "completed"
    assert purse.changed() == (-2_000, 0)


def test_a_hold_whose_time_has_passed_is_never_captured_and_the_payment_closes(
    bank: Bank, terminal: Terminal, payer: Person, payee: Person, card: Plastic, purse: Purse
) -> None:
    held = terminal.paid(payer, card, payee, 2_000, capture="later")
    with psycopg.connect(bank.superuser_url("account"), autocommit=True) as database:
        database.execute("UPDATE hold SET expires_at = now() WHERE id = %s", (held["id"],))
    late = terminal.carry_on(payee.token, held["id"], "capture", {})
    assert (late.status_code, late.json()["code"]) == (409, "hold_expired")
    with psycopg.connect(bank.superuser_url("payment"), autocommit=True) as database:
        database.execute("UPDATE payment_order SET due_at = now() WHERE id = %s", (held["id"],))
    path = f"/payment/v1/payments/{held['id']}"
    eventually(lambda: terminal.get(path, payer.token)["status"] == "cancelled")
    assert terminal.get(path, payer.token)["code"] == "hold_expired"
    assert purse.changed() == (0, 0)
