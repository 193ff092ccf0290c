"""From screenings to decisions: repeats, binding, expiry, batches, and the most severe rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from arhan.fraud.domain.rules import AmountLimit, NewPayee, Rule, VelocityCount, VelocitySum
from arhan.fraud.domain.screening import (
    BANKS_OWN_KINDS,
    VALID_FOR,
    Memory,
    PayerKey,
    RuleBook,
    fingerprint,
    screen,
)
from tests.fraud_payments import NAIRA, payment

if TYPE_CHECKING:
    from arhan.contracts.fraud import Decision, DecisionOutcome, Screening
    from arhan.fraud.domain.rules import Check
    from arhan.fraud.domain.screening import Decided

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADA = PayerKey("usr_ada", "NGN")


def rule(name: str, outcome: DecisionOutcome, check: Check) -> Rule:
    return Rule(rule=name, version=1, outcome=outcome, check=check, message=f"{name}: no.")


LARGE = rule("large", "review", AmountLimit(amounts={"NGN": 1_000 * NAIRA}))
HUGE = rule("huge", "decline", AmountLimit(amounts={"NGN": 5_000 * NAIRA}))
NEW = rule("new", "step_up", NewPayee(amounts={"NGN": 500 * NAIRA}, new_for_h=24))
THREE = rule("three", "decline", VelocityCount(window="15m", count=3))
DAILY = rule("daily", "review", VelocitySum(window="24h", amounts={"NGN": 1_000 * NAIRA}))


def book(*rules: Rule, watching: tuple[Rule, ...] = ()) -> RuleBook:
    return RuleBook(1, rules, watching)


def ask(
    memory: Memory, rules: RuleBook, *screenings: Screening, at: datetime = NOON
) -> tuple[list[Decision], list[Decided]]:
    return screen(screenings, memory, rules, at=at)


def outcomes(decisions: list[Decision]) -> list[str]:
    return [decision.outcome for decision in decisions]


def test_without_a_hit_a_payment_is_allowed() -> None:
    (decision,), (made,) = ask(Memory(), book(LARGE, HUGE), payment(naira=10))
    assert (decision.outcome, decision.reasons, made.evidence) == ("allow", [], None)


def test_the_most_severe_rule_wins_and_every_hit_is_a_reason() -> None:
    (decision,), _ = ask(Memory(), book(NEW, HUGE, LARGE), payment(naira=6_000))
    assert decision.outcome == "decline"
    assert [reason.rule for reason in decision.reasons] == ["huge", "large", "new"]


def test_rules_that_watch_decide_nothing_and_are_remembered() -> None:
    (decision,), (made,) = ask(Memory(), book(watching=(HUGE,)), payment(naira=6_000))
    assert (decision.outcome, decision.reasons) == ("allow", [])
    assert [reason.rule for reason in made.watched] == ["huge"]


def test_a_repeat_gets_the_same_answer_and_counts_once() -> None:
    memory, asked = Memory(), payment(naira=10)
    first, made = ask(memory, book(THREE), asked)
    again, made_again = ask(memory, book(THREE), asked)
    assert again == first
    assert (len(made), made_again) == (1, [])
    assert memory.histories[ADA].within("15m", at=int(NOON.timestamp())).count == 1


def test_a_repeat_within_one_batch_gets_the_same_answer() -> None:
    asked = payment(naira=10)
    (first, second), made = ask(Memory(), book(THREE), asked, asked)
    assert first == second
    assert len(made) == 1


def test_a_repeat_is_answered_as_before_although_the_rules_changed() -> None:
    memory, asked = Memory(), payment(naira=6_000)
    before, _ = ask(memory, book(), asked)
    after, _ = ask(memory, book(HUGE), asked)
    assert outcomes(before) == outcomes(after) == ["allow"]


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 11 * NAIRA},
        {"currency": "USD"},
        {"payer_account": "acc_other"},
        {"payer_customer": "usr_other"},
        {"payee_account": "acc_other"},
        {"payee_customer": "usr_other"},
    ],
)
def test_another_payment_under_the_same_id_is_declined_and_nothing_is_kept(change: dict[str, object]) -> None:
    memory, asked = Memory(), payment(naira=10)
    ask(memory, book(), asked)
    (decision,), made = ask(memory, book(), msgspec.structs.replace(asked, **change))
    assert decision.outcome == "decline"
    assert [reason.rule for reason in decision.reasons] == ["bound_to_another_payment"]
    assert made == []
    (still,), _ = ask(memory, book(), asked)
    assert still.outcome == "allow"


def test_circumstances_are_not_part_of_what_a_decision_is_bound_to() -> None:
    asked = payment()
    assert fingerprint(asked) == fingerprint(msgspec.structs.replace(asked, session="another", address="::1"))


def test_allow_expires_and_is_decided_anew_without_counting_itself() -> None:
    memory, asked = Memory(), payment(naira=700)
    (first,), _ = ask(memory, book(DAILY), asked)
    (second,), (made,) = ask(memory, book(DAILY), asked, at=NOON + VALID_FOR)
    assert first.outcome == second.outcome == "allow"
    assert first.id != second.id
    assert made.revision == 2
    assert memory.histories[ADA].within("24h", at=int(NOON.timestamp())).total == 700 * NAIRA


@pytest.mark.parametrize(("rules", "outcome"), [((LARGE,), "review"), ((HUGE,), "decline")])
def test_review_and_decline_stand_whatever_the_hour(rules: tuple[Rule, ...], outcome: str) -> None:
    memory, asked = Memory(), payment(naira=6_000)
    first, _ = ask(memory, book(*rules), asked)
    later, made = ask(memory, book(), asked, at=NOON + timedelta(days=400))
    assert outcomes(first) == [outcome]
    assert later == first
    assert first[0].expires_at == ""
    assert made == []


def test_a_batch_is_judged_with_its_own_earlier_payments() -> None:
    payments = [payment(naira=10) for _ in range(5)]
    decisions, _ = ask(Memory(), book(THREE), *payments)
    assert outcomes(decisions) == ["allow", "allow", "allow", "decline", "decline"]


def test_one_batch_or_one_by_one_is_the_same() -> None:
    payments = [payment(naira=400) for _ in range(4)]
    together, _ = ask(Memory(), book(DAILY, THREE), *payments)
    memory = Memory()
    apart = [ask(memory, book(DAILY, THREE), each)[0][0] for each in payments]
    assert outcomes(together) == outcomes(apart) == ["allow", "allow", "review", "decline"]


def test_a_declined_attempt_does_not_fill_the_limits() -> None:
    memory = Memory()
    ask(memory, book(HUGE, DAILY), payment(naira=6_000))
    (decision,), _ = ask(memory, book(HUGE, DAILY), payment(naira=1_000))
    assert decision.outcome == "allow"
    assert memory.histories[ADA].within("24h", at=int(NOON.timestamp())).declined == 1


def test_payers_and_currencies_do_not_share_a_history() -> None:
    memory = Memory()
    ask(memory, book(THREE), *[payment("ada") for _ in range(3)])
    decisions, _ = ask(memory, book(THREE), payment("chidi"), payment("ada", currency="USD"), payment("ada"))
    assert outcomes(decisions) == ["allow", "allow", "decline"]


def test_a_customers_accounts_share_a_history() -> None:
    memory = Memory()
    ask(memory, book(THREE), *[payment("ada", payer_account=f"acc_{n}") for n in range(3)])
    decisions, _ = ask(memory, book(THREE), payment("ada", payer_account="acc_9"))
    assert outcomes(decisions) == ["decline"]


@pytest.mark.parametrize("kind", sorted(BANKS_OWN_KINDS))
def test_what_the_bank_pays_itself_is_kept_but_not_judged(kind: str) -> None:
    memory = Memory()
    (decision,), (made,) = ask(memory, book(HUGE), payment(naira=6_000, kind=kind))
    assert decision.outcome == "allow"
    assert made.screening.kind == kind
    assert memory.histories == {}


def test_a_kind_never_heard_of_is_judged() -> None:
    (decision,), _ = ask(Memory(), book(HUGE), payment(naira=6_000, kind="something_new"))
    assert decision.outcome == "decline"


def test_a_payee_paid_long_ago_is_not_new() -> None:
    memory = Memory(payee_paid_since={("usr_ada", "acc_bola"): int(NOON.timestamp()) - 86_400})
    decisions, _ = ask(
        memory,
        book(NEW),
        payment("ada", "bola", 600),
        payment("ada", "chidi", 600),
        payment("eve", "bola", 600),
    )
    assert outcomes(decisions) == ["allow", "step_up", "step_up"]


def test_what_is_not_allowed_is_kept_with_its_evidence() -> None:
    memory = Memory()
    ask(memory, book(), payment(naira=20), payment(naira=30))
    _, (made,) = ask(memory, book(HUGE), payment("ada", "chidi", 6_000))
    assert made.evidence is not None
    assert made.evidence["windows"]["24h"] == {"count": 2, "total": 50 * NAIRA, "round": 0, "declined": 0}
    assert made.evidence["payees_in_hour"] == 2
    assert made.evidence["payee_paid_since"] is None
    assert made.evidence["account_opened_at"] == "2020-01-05T09:00:00.000000Z"
