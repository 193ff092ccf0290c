"""Each check below, at and above its threshold: it is hit above, never at it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from arhan.fraud.domain.history import MOST_PAYEES, PayerHistory
from arhan.fraud.domain.rules import (
    AmountLimit,
    Facts,
    Hit,
    ManyPayees,
    NewDevice,
    NewPayee,
    RoundAmounts,
    RuleVersion,
    VelocityCount,
    VelocitySum,
    YoungAccount,
    check_amounts,
    check_promotion,
)
from arhan.kernel.clock import now
from arhan.kernel.errors import Refused
from arhan.kernel.money import MINOR_DIGITS
from tests.fraud_payments import NAIRA, payment

if TYPE_CHECKING:
    from arhan.fraud.domain.rules import Check, RuleState

NOON = 1_763_812_800
HOUR = 3_600
DAY = 24 * HOUR


def naira(amount: int) -> dict[str, int]:
    return {"NGN": amount * NAIRA}


def facts(
    amount: float = 100,
    *,
    history: PayerHistory | None = None,
    payee: str = "bola",
    payee_paid_since: int | None = None,
    account_opened_at: int | None = NOON - 1_000 * DAY,
) -> Facts:
    return Facts(
        screening=payment("ada", payee, amount),
        history=history or PayerHistory(),
        payee_paid_since=payee_paid_since,
        account_opened_at=account_opened_at,
        at=NOON,
    )


def paid(*payments: tuple[int, int], payees: int = 1) -> PayerHistory:
    """`paid((60, 500), (30, 200))`: NGN 500 a minute ago, NGN 200 half a minute ago."""
    history = PayerHistory()
    for number, (seconds_ago, amount) in enumerate(payments):
        history.add_payment(
            at=NOON - seconds_ago,
            amount=amount * NAIRA,
            currency="NGN",
            payee=f"acc_{number % payees}",
        )
    return history


@pytest.mark.parametrize(("amount", "hit"), [(999_999.99, False), (1_000_000, False), (1_000_000.01, True)])
def test_one_payment_above_the_limit(amount: float, hit: bool) -> None:
    check = AmountLimit(amounts=naira(1_000_000))
    assert (check.hit(facts(amount)) is not None) is hit


def test_a_hit_says_what_was_seen_and_what_is_allowed() -> None:
    check = AmountLimit(amounts=naira(1_000_000))
    assert check.hit(facts(1_000_000.01)) == Hit("NGN 1,000,000.01", "NGN 1,000,000.00")


def test_limits_are_those_of_the_payments_currency() -> None:
    check = AmountLimit(amounts={"NGN": 1_000_000, "JPY": 500})
    yen = facts()
    yen.screening = payment(currency="JPY", amount=501)
    assert check.hit(yen) == Hit("JPY 501", "JPY 500")


@pytest.mark.parametrize(("before", "hit"), [(2, False), (3, False), (4, False), (5, True)])
def test_more_payments_than_this_in_a_quarter_of_an_hour(before: int, hit: bool) -> None:
    check = VelocityCount(window="15m", count=5)
    history = paid(*[(60, 10)] * before)
    assert (check.hit(facts(history=history)) is not None) is hit


def test_payments_before_the_window_do_not_count() -> None:
    check = VelocityCount(window="15m", count=1)
    assert check.hit(facts(history=paid((14 * 60, 10)))) == Hit("2 payments in 15m", "1 payments in 15m")
    assert check.hit(facts(history=paid((17 * 60, 10)))) is None


@pytest.mark.parametrize(("total_before", "hit"), [(899, False), (900, False), (901, True)])
def test_many_payments_matter_only_once_they_move_real_money(total_before: int, hit: bool) -> None:
    check = VelocityCount(window="15m", count=1, totalling=naira(1_000))
    history = paid((60, total_before))
    assert (check.hit(facts(100, history=history)) is not None) is hit


@pytest.mark.parametrize(("before", "hit"), [(899, False), (900, False), (901, True)])
def test_more_money_than_this_in_a_day(before: int, hit: bool) -> None:
    check = VelocitySum(window="24h", amounts=naira(1_000))
    history = paid((20 * HOUR, before))
    assert (check.hit(facts(100, history=history)) is not None) is hit


@pytest.mark.parametrize(
    ("window", "inside_s", "outside_s"),
    [
        ("15m", 15 * 60, 17 * 60),
        ("1h", HOUR, HOUR + 10 * 60),
        ("24h", DAY, DAY + 2 * HOUR),
        ("7d", 7 * DAY, 7 * DAY + 12 * HOUR),
        ("30d", 30 * DAY, 32 * DAY),
    ],
)
def test_every_window_reaches_back_its_span_and_at_most_a_bucket_more(
    window: Any, inside_s: int, outside_s: int
) -> None:
    check = VelocitySum(window=window, amounts=naira(100))
    assert check.hit(facts(100, history=paid((inside_s, 1)))) is not None
    assert check.hit(facts(100, history=paid((outside_s, 1)))) is None


@pytest.mark.parametrize(("amount", "hit"), [(499, False), (500, False), (500.01, True)])
def test_a_large_payment_to_somebody_never_paid(amount: float, hit: bool) -> None:
    check = NewPayee(amounts=naira(500), new_for_h=24)
    assert (check.hit(facts(amount)) is not None) is hit


@pytest.mark.parametrize(("known_for_s", "hit"), [(DAY - 1, True), (DAY, False), (DAY + 1, False)])
def test_a_payee_is_new_until_a_day_after_the_first_payment(known_for_s: int, hit: bool) -> None:
    check = NewPayee(amounts=naira(500), new_for_h=24)
    asked = facts(600, payee_paid_since=NOON - known_for_s)
    assert (check.hit(asked) is not None) is hit


@pytest.mark.parametrize(("before", "hit"), [(899, False), (900, False), (901, True)])
def test_a_days_sum_from_a_young_account(before: int, hit: bool) -> None:
    check = YoungAccount(amounts=naira(1_000), young_for_h=72)
    asked = facts(100, history=paid((HOUR, before)), account_opened_at=NOON - HOUR)
    assert (check.hit(asked) is not None) is hit


@pytest.mark.parametrize(
    ("opened_at", "hit"),
    [(NOON - 3 * DAY + 1, True), (NOON - 3 * DAY, False), (NOON - 4 * DAY, False), (None, True)],
)
def test_an_account_is_young_for_three_days_and_while_nobody_knows(opened_at: int | None, hit: bool) -> None:
    check = YoungAccount(amounts=naira(1_000), young_for_h=72)
    assert (check.hit(facts(1_001, account_opened_at=opened_at)) is not None) is hit


@pytest.mark.parametrize(("before", "hit"), [(1, False), (2, False), (3, True)])
def test_round_amounts_in_a_row(before: int, hit: bool) -> None:
    check = RoundAmounts(window="24h", count=3)
    history = paid(*[(60, 10_000)] * before)
    assert (check.hit(facts(20_000, history=history)) is not None) is hit


def test_an_uneven_amount_is_no_part_of_the_pattern() -> None:
    check = RoundAmounts(window="24h", count=1)
    rounds = paid((60, 10_000), (60, 10_000))
    assert check.hit(facts(10_000.50, history=rounds)) is None
    uneven = paid((60, 9_999), (60, 10_001))
    assert check.hit(facts(10_000, history=uneven)) is None


@pytest.mark.parametrize(
    ("amount", "is_new", "hit"), [(5_000, True, False), (5_001, True, True), (5_001, False, False)]
)
def test_a_new_device_may_be_watched_more_closely(amount: int, is_new: bool, hit: bool) -> None:
    known = facts(amount)
    seen = replace(known, screening=msgspec.structs.replace(known.screening, new_device=is_new))
    found = NewDevice(amounts=naira(5_000)).hit(seen)
    assert (found is not None) is hit
    if found:
        assert found.observed.endswith(" from a new device")


@pytest.mark.parametrize(("others", "hit"), [(1, False), (2, False), (3, True)])
def test_many_payees_in_an_hour(others: int, hit: bool) -> None:
    check = ManyPayees(count=3)
    history = paid(*[(60, 10)] * others, payees=others)
    assert (check.hit(facts(history=history)) is not None) is hit


def test_the_same_payee_again_is_not_one_more() -> None:
    check = ManyPayees(count=2)
    history = paid((60, 10), (60, 10), payees=2)
    assert check.hit(facts(history=history, payee="0")) is None
    assert check.hit(facts(history=history, payee="2")) == Hit("3 payees in 1h", "2 payees in 1h")


@pytest.mark.parametrize(("total_before", "hit"), [(899, False), (900, False), (901, True)])
def test_many_payees_matter_only_once_they_get_real_money(total_before: int, hit: bool) -> None:
    check = ManyPayees(count=1, totalling=naira(1_000))
    assert (check.hit(facts(100, history=paid((60, total_before)))) is not None) is hit


def test_the_number_of_payees_stays_above_every_limit_once_it_is_large() -> None:
    largest = ManyPayees(count=MOST_PAYEES - 1)
    crowd = paid(*[(60, 1)] * 500, payees=500)
    assert len(crowd.payees) == MOST_PAYEES
    assert largest.hit(facts(history=crowd, payee="somebody_else")) is not None
    assert largest.hit(facts(history=crowd, payee="0")) is not None


def version(state: RuleState = "draft", check: Check | None = None) -> RuleVersion:
    return RuleVersion(
        id="rule_1",
        rule="amount_limit",
        version=2,
        state=state,
        outcome="decline",
        check=check or AmountLimit(amounts=naira(1)),
        message="Too much.",
        explanation="Too much.",
        created_by="usr_author",
        created_at=now(),
        promoted_by="",
        promoted_at=None,
    )


@pytest.mark.parametrize(("state", "to"), [("draft", "shadow"), ("shadow", "active")])
def test_a_second_person_brings_a_version_one_step_on(state: RuleState, to: RuleState) -> None:
    check_promotion(version(state), to, person="usr_other")


@pytest.mark.parametrize(("state", "to"), [("draft", "shadow"), ("shadow", "active")])
def test_nobody_promotes_what_they_wrote(state: RuleState, to: RuleState) -> None:
    with pytest.raises(Refused, match="second_person_needed"):
        check_promotion(version(state), to, person="usr_author")


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("draft", "active"),
        ("shadow", "shadow"),
        ("active", "shadow"),
        ("active", "active"),
        ("retired", "shadow"),
        ("retired", "active"),
    ],
)
def test_no_step_is_skipped_and_nothing_comes_back(state: RuleState, to: RuleState) -> None:
    with pytest.raises(Refused, match="rule_state_conflict"):
        check_promotion(version(state), to, person="usr_other")


def test_a_rule_has_an_amount_for_every_currency_and_no_other() -> None:
    complete = dict.fromkeys(MINOR_DIGITS, 100)
    check_amounts(AmountLimit(amounts=complete))
    check_amounts(VelocityCount(window="15m", count=1, totalling=complete))
    check_amounts(RoundAmounts(window="15m", count=1))
    with pytest.raises(Refused, match="thresholds_incomplete") as refused:
        check_amounts(AmountLimit(amounts={"NGN": 100}))
    assert [error.pointer for error in refused.value.errors] == ["/check/amounts"]
    with pytest.raises(Refused, match="thresholds_incomplete"):
        check_amounts(ManyPayees(count=1, totalling=complete | {"XAU": 1}))
