"""What holds for every rule book and every stream of payments."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from arhan.fraud.domain.history import MOST_PAYEES, WINDOWS, PayerHistory
from arhan.fraud.domain.rules import (
    SEVERITY,
    AmountLimit,
    Facts,
    ManyPayees,
    NewPayee,
    RoundAmounts,
    Rule,
    VelocityCount,
    VelocitySum,
    YoungAccount,
)
from arhan.fraud.domain.screening import Memory, RuleBook, judge, screen
from tests.fraud_payments import payment

if TYPE_CHECKING:
    from arhan.contracts.fraud import Decision, Screening

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
AT = int(NOON.timestamp())

amounts = st.integers(0, 5_000).map(lambda limit: {"NGN": limit * 1_000})
counts = st.integers(0, 8)
windows = st.sampled_from(list(WINDOWS))
checks = st.one_of(
    st.builds(AmountLimit, amounts=amounts),
    st.builds(VelocityCount, window=windows, count=counts, totalling=st.none() | amounts),
    st.builds(VelocitySum, window=windows, amounts=amounts),
    st.builds(NewPayee, amounts=amounts, new_for_h=st.integers(0, 48)),
    st.builds(YoungAccount, amounts=amounts, young_for_h=st.integers(0, 48)),
    st.builds(RoundAmounts, window=windows, count=counts),
    st.builds(ManyPayees, count=st.integers(0, MOST_PAYEES - 1), totalling=st.none() | amounts),
)
rules = st.lists(
    st.builds(
        Rule,
        rule=st.sampled_from([f"rule_{n}" for n in range(9)]),
        version=st.just(1),
        outcome=st.sampled_from(["step_up", "review", "decline"]),
        check=checks,
        message=st.just("No."),
    ),
    max_size=6,
).map(tuple)
payments = st.builds(
    lambda payer, payee, naira, young: payment(
        payer, payee, naira, payer_opened_at="2026-11-22T11:00:00Z" if young else "2020-01-01T00:00:00Z"
    ),
    st.sampled_from(["ada", "eve"]),
    st.sampled_from(["bola", "chidi", "dayo", "emeka"]),
    st.one_of(st.integers(1, 50_000), st.sampled_from([10_000, 20_000])),
    st.booleans(),
)
streams = st.lists(payments, max_size=15)


def outcomes(decisions: list[Decision]) -> dict[str, str]:
    return {decision.payment: decision.outcome for decision in decisions}


def history_of(earlier: list[Screening]) -> PayerHistory:
    history = PayerHistory()
    for each in earlier:
        history.add_payment(at=AT, amount=each.amount, currency=each.currency, payee=each.payee_account)
    return history


def facts(asked: Screening, history: PayerHistory) -> Facts:
    return Facts(
        screening=asked, history=history, payee_paid_since=None, account_opened_at=AT - 36_000, at=AT
    )


@given(rules, streams, payments)
def test_the_most_severe_rule_that_is_hit_decides(
    book: tuple[Rule, ...], earlier: list[Screening], asked: Screening
) -> None:
    known = facts(asked, history_of(earlier))
    outcome, reasons = judge(book, known)
    hit = [rule.outcome for rule in book if rule.check.hit(known) is not None]
    assert SEVERITY[outcome] == max((SEVERITY[each] for each in hit), default=0)
    assert len(reasons) == len(hit)


@given(rules, rules, streams, payments)
def test_another_rule_never_makes_it_milder(
    book: tuple[Rule, ...], more: tuple[Rule, ...], earlier: list[Screening], asked: Screening
) -> None:
    known = facts(asked, history_of(earlier))
    assert SEVERITY[judge(book + more, known)[0]] >= SEVERITY[judge(book, known)[0]]


@given(rules, streams, streams, payments)
def test_having_paid_more_never_makes_it_milder(
    book: tuple[Rule, ...], earlier: list[Screening], more: list[Screening], asked: Screening
) -> None:
    less = judge(book, facts(asked, history_of(earlier)))[0]
    rather = judge(book, facts(asked, history_of(earlier + more)))[0]
    assert SEVERITY[rather] >= SEVERITY[less]


@given(rules, payments, st.integers(1, 10**9))
def test_a_larger_amount_never_makes_it_milder_unless_it_is_less_round(
    book: tuple[Rule, ...], asked: Screening, more: int
) -> None:
    uneven = tuple(rule for rule in book if not isinstance(rule.check, RoundAmounts))
    larger = payment(amount=asked.amount + more)
    less = judge(uneven, facts(payment(amount=asked.amount), PayerHistory()))[0]
    assert SEVERITY[judge(uneven, facts(larger, PayerHistory()))[0]] >= SEVERITY[less]


@given(rules, streams, st.data())
def test_every_repeat_gets_the_same_answer(
    book: tuple[Rule, ...], stream: list[Screening], data: st.DataObject
) -> None:
    memory, rule_book = Memory(), RuleBook(1, book, ())
    first, _ = screen(stream, memory, rule_book, at=NOON)
    before = copy.deepcopy(memory.histories)
    again = data.draw(st.lists(st.sampled_from(stream), max_size=20)) if stream else []
    answers, made = screen(again, memory, rule_book, at=NOON)
    assert outcomes(answers).items() <= outcomes(first).items()
    assert made == []
    assert memory.histories == before


@given(rules, streams, st.data())
def test_how_a_stream_is_cut_into_batches_changes_nothing(
    book: tuple[Rule, ...], stream: list[Screening], data: st.DataObject
) -> None:
    rule_book = RuleBook(1, book, ())
    whole, _ = screen(stream, Memory(), rule_book, at=NOON)
    memory, answers, rest = Memory(), [], stream
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        answers += screen(rest[:size], memory, rule_book, at=NOON)[0]
        rest = rest[size:]
    assert outcomes(answers) == outcomes(whole)
