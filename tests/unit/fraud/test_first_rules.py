"""The rule book a bank starts with: ordinary days pass, abuse does not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest

from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.domain.rules import Check, Rule, check_amounts
from arhan.fraud.domain.screening import Memory, PayerKey, RuleBook, screen
from tests.fraud_payments import payment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.contracts.fraud import Decision, Screening

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUST_OPENED = "2026-11-22T11:55:00Z"
WRITTEN = (
    *import_module("arhan.fraud.migrations.0003_first_rules").RULES,
    *import_module("arhan.fraud.migrations.0004_card_rules").RULES,
)
BOOK = RuleBook(
    1,
    tuple(
        Rule(
            rule=name,
            version=1,
            outcome=outcome,
            check=msgspec.convert(definition, Check),
            message=message,
        )
        for name, outcome, definition, message, _ in WRITTEN
    ),
    (),
)


class Bank:
    """A bank whose clock the test turns."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.now = NOON

    def ask(self, *screenings: Screening) -> list[Decision]:
        return screen(screenings, self.memory, BOOK, at=self.now)[0]

    def every(self, pause: timedelta, screenings: Iterable[Screening]) -> list[Decision]:
        """One payment after another, with this pause between them."""
        decisions = []
        for each in screenings:
            decisions += self.ask(each)
            self.now += pause
        return decisions


def counted(decisions: Iterable[Decision]) -> dict[str, int]:
    return dict(Counter(decision.outcome for decision in decisions))


def hit_by(decisions: Iterable[Decision]) -> set[str]:
    return {reason.rule for decision in decisions for reason in decision.reasons}


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row[0])
def test_every_rule_is_complete_and_speaks_to_the_customer(row: tuple[str, str, object, str, str]) -> None:
    _, _, definition, message, explanation = row
    check_amounts(msgspec.convert(definition, Check))
    assert message.endswith(".")
    assert explanation.endswith(".")


def test_rules_have_names_of_their_own() -> None:
    names = [row[0] for row in WRITTEN]
    assert len(names) == len(set(names))


def test_a_demonstration_passes() -> None:
    """20 customers, their accounts minutes old, 500 payments of up to NGN 5,000 within two minutes."""
    chance = Random(7)
    bank = Bank()
    people = [f"person{n}" for n in range(20)]
    pairs = [chance.sample(people, 2) for _ in range(500)]
    payments = [
        payment(payer, payee, chance.randint(1_00, 5_000_00) / 100, payer_opened_at=JUST_OPENED)
        for payer, payee in pairs
    ]
    assert counted(bank.every(timedelta(seconds=0.24), payments)) == {"allow": 500}


def test_a_load_test_passes() -> None:
    """Its share for 100 of 10,000 customers: 40 payments each of up to NGN 1,000 within two minutes."""
    chance = Random(8)
    bank = Bank()
    payments = [
        payment(f"payer{n % 100}", f"payee{chance.randrange(10_000)}", chance.randint(1_00, 1_000_00) / 100)
        for n in range(4_000)
    ]
    assert counted(bank.every(timedelta(seconds=0.03), payments)) == {"allow": 4_000}


def test_an_ordinary_month_passes() -> None:
    """Salary day: rent to a landlord known for months, bills, market, family; four months long."""
    bank = Bank()
    landlord = ("usr_ada", "acc_landlord")
    bank.memory.payee_paid_since[landlord] = int((NOON - timedelta(days=90)).timestamp())
    month = [
        payment(payee="landlord", naira=850_000),
        payment(payee="power", naira=23_417),
        payment(payee="school", naira=310_000),
        payment(payee="mother", naira=50_000),
        payment(payee="brother", naira=20_000),
        *[payment(payee=f"market{n}", naira=3_150 + n) for n in range(25)],
    ]
    days = [
        msgspec.structs.replace(each, payment=f"pay_{m}_{n}")
        for m in range(4)
        for n, each in enumerate(month)
    ]
    assert counted(bank.every(timedelta(days=1), days)) == {"allow": 120}


def test_a_stolen_session_cannot_empty_an_account() -> None:
    """NGN 8 million in slices of NGN 400,000 to new payees: under half a million leaves unasked."""
    decisions = Bank().every(
        timedelta(seconds=20), [payment(payee=f"mule{n}", naira=400_000) for n in range(20)]
    )
    passed = counted(decisions)["allow"] * 400_000
    assert passed <= 10 * 400_000
    assert {"velocity_count_15m_large", "many_payees"} <= hit_by(decisions)


def test_one_large_payment_to_somebody_new_must_be_confirmed() -> None:
    assert counted(Bank().ask(payment(naira=500_001))) == {"step_up": 1}
    assert counted(Bank().ask(payment(naira=2_000_001))) == {"review": 1}


def test_a_mule_fanning_out_is_stopped() -> None:
    decisions = Bank().every(
        timedelta(minutes=1), [payment(payee=f"mule{n}", naira=30_000.5) for n in range(40)]
    )
    assert counted(decisions)["allow"] == 10
    assert "many_payees" in hit_by(decisions)


def test_money_does_not_run_through_an_account_opened_today() -> None:
    known = {("usr_ada", "acc_bola"): int((NOON - timedelta(days=90)).timestamp())}
    bank = Bank()
    bank.memory.payee_paid_since.update(known)
    decisions = bank.ask(*[payment(naira=450_000, payer_opened_at=JUST_OPENED) for _ in range(4)])
    assert [d.outcome for d in decisions] == ["allow", "allow", "review", "review"]


def test_a_sum_cut_into_round_slices_is_noticed() -> None:
    decisions = Bank().every(timedelta(minutes=40), [payment(naira=50_000) for _ in range(12)])
    assert counted(decisions) == {"allow": 8, "review": 4}
    assert hit_by(decisions) == {"round_amounts"}


def test_a_script_is_stopped_however_small_its_payments() -> None:
    decisions = Bank().every(timedelta(seconds=1), [payment(naira=1.01) for _ in range(2_000)])
    assert counted(decisions)["allow"] == 100  # what is held counts too, so that it stays stopped
    assert hit_by(decisions) == {"velocity_count_15m", "velocity_count_24h"}


def test_nobody_pays_more_than_the_daily_limit() -> None:
    known = {("usr_ada", "acc_bola"): int((NOON - timedelta(days=90)).timestamp())}
    bank = Bank()
    bank.memory.payee_paid_since.update(known)
    decisions = bank.every(timedelta(hours=1), [payment(naira=4_000_000) for _ in range(8)])
    assert [d.outcome for d in decisions] == [*["allow"] * 2, *["review"] * 4, *["decline"] * 2]


def by_card(number: int) -> Screening:
    return payment(payee=f"shop{number}", naira=2_000, kind="card_payment", card="card_visa")


def test_a_day_of_shopping_by_card_passes_though_the_pin_was_wrong_now_and_then() -> None:
    bank = Bank()
    for n in range(4):
        bank.memory.histories.setdefault(PayerKey("card_visa", "NGN"), PayerHistory()).add_declined(
            at=int(bank.now.timestamp())
        )
        assert counted(bank.every(timedelta(minutes=3), map(by_card, range(3 * n, 3 * n + 3)))) == {
            "allow": 3
        }


@pytest.mark.parametrize(
    ("declined", "outcome", "rules"),
    [
        (5, "allow", set()),
        (6, "step_up", {"card_declined_1h"}),
        (21, "review", {"card_declined_1h", "card_declined_24h"}),
    ],
)
def test_a_card_whose_codes_were_guessed_is_let_through_by_its_holder_alone(
    declined: int, outcome: str, rules: set[str]
) -> None:
    bank = Bank()
    tried = bank.memory.histories.setdefault(PayerKey("card_visa", "NGN"), PayerHistory())
    for _ in range(declined):
        tried.add_declined(at=int(bank.now.timestamp()))
    decisions = bank.ask(by_card(1))
    assert (counted(decisions), hit_by(decisions)) == ({outcome: 1}, rules)
    assert counted(bank.ask(payment(payee="bola", naira=2_000))) == {"allow": 1}, "the account is not blamed"


def test_a_stolen_number_in_a_script_is_stopped() -> None:
    decisions = Bank().every(timedelta(seconds=5), map(by_card, [1] * 40))
    assert counted(decisions) == {"allow": 30, "step_up": 10}
    assert hit_by(decisions) == {"card_velocity_15m"}
