"""What a living loan needs: accrual, payoff, allocation, prepayment, delinquency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from arhan.account.loans import (
    Accrual,
    Bucket,
    Component,
    LoanTerms,
    Part,
    Pause,
    Prepayment,
    PrepaymentEffect,
    Unpaid,
    allocate,
    bucket,
    days_past_due,
    payoff,
    read_terms,
    remaining_terms,
    schedule,
)
from tests.unit.account.loans.published import BASE

JANUARY = date(2024, 1, 1)


def terms(**changes: Any) -> LoanTerms:
    return read_terms(BASE | changes)


def unpaid_of(agreed: LoanTerms, *, paid: int = 0) -> list[Unpaid]:
    return [
        Unpaid(number=row.number, due_on=row.due_on, principal=row.principal, interest=row.interest)
        for row in schedule(agreed).rows[paid:]
    ]


def test_interest_accrues_day_by_day_as_published() -> None:
    """ProgressiveEMICalculatorTest: 1,000 at 7 % for January, in cents after each day."""
    accrual = Accrual(schedule(terms(principal=1000_00, number_of_instalments=1)))

    assert [accrual.until(JANUARY + timedelta(days=day)) for day in range(32)] == [
        *(0, 19, 38, 56, 75, 94, 113, 132, 151, 169, 188, 207, 226, 245, 263, 282),
        *(301, 320, 339, 358, 376, 395, 414, 433, 452, 470, 489, 508, 527, 546, 565, 583),
    ]


def test_a_further_disbursement_accrues_from_its_day_as_published() -> None:
    """The same, with another 1,000 on 15 January."""
    more = [{"on": "2024-01-15", "amount": 1000_00}]
    accrual = Accrual(schedule(terms(principal=1000_00, number_of_instalments=1, disbursements=more)))

    assert [accrual.until(JANUARY + timedelta(days=day)) for day in range(14, 32)] == [
        *(263, 301, 339, 376, 414, 452, 489, 527, 565, 602, 640, 677, 715, 753, 790, 828, 866, 903),
    ]


def test_running_interest_is_exact_and_starts_again_on_a_due_date() -> None:
    accrual = Accrual(schedule(terms(principal=1000_00, day_count="actual/365")))

    assert accrual.running(date(2024, 1, 2)) == Fraction(1000_00 * 7, 100 * 365)
    assert accrual.running(date(2024, 2, 1)) == 0
    assert accrual.running(date(2030, 1, 1)) == 0


def test_flat_interest_accrues_on_what_was_lent() -> None:
    agreed = terms(method="flat", principal=1200_00, annual_rate_percent=12, number_of_instalments=12)
    accrual = Accrual(schedule(agreed))

    assert accrual.until(date(2024, 2, 1)) == 12_00
    assert accrual.until(date(2024, 12, 1)) == 132_00
    assert accrual.running(date(2024, 12, 11)) == Fraction(12_00 * 10, 31)


def test_a_payoff_asks_for_principal_what_is_due_and_what_was_earned_since() -> None:
    """100.00 at 7 %, the first instalment paid: 83.57 and 14 of February's 29 days of 0.4875."""
    agreed = terms()
    closing = payoff(
        accrual=Accrual(schedule(agreed)), unpaid=unpaid_of(agreed, paid=1), on=date(2024, 2, 15)
    )

    assert (closing.principal, closing.interest, closing.total) == (83_57, 24, 83_81)


def test_a_payoff_of_a_loan_in_arrears_asks_for_everything_due_by_then() -> None:
    agreed = terms()
    owed = [replace(u, fees=5_00, penalties=2_50) if u.number == 1 else u for u in unpaid_of(agreed)]
    closing = payoff(accrual=Accrual(schedule(agreed)), unpaid=owed, on=date(2024, 3, 1))

    assert (closing.principal, closing.interest) == (100_00, 58 + 49)
    assert (closing.fees, closing.penalties) == (5_00, 2_50)


def test_a_payoff_on_the_first_day_is_the_principal() -> None:
    agreed = terms()
    closing = payoff(accrual=Accrual(schedule(agreed)), unpaid=unpaid_of(agreed), on=JANUARY)

    assert (closing.principal, closing.interest, closing.total) == (100_00, 0, 100_00)


def test_interest_paid_ahead_is_not_asked_for_again() -> None:
    agreed = terms()
    owed = [replace(u, interest=0) if u.number == 2 else u for u in unpaid_of(agreed, paid=1)]
    closing = payoff(accrual=Accrual(schedule(agreed)), unpaid=owed, on=date(2024, 2, 15))

    assert closing.interest == 0


FIRST = Unpaid(number=1, due_on=date(2024, 2, 1), principal=16_43, interest=58, fees=1_00, penalties=50)
SECOND = Unpaid(number=2, due_on=date(2024, 3, 1), principal=16_52, interest=49)


def test_a_repayment_pays_penalties_fees_interest_principal_of_the_oldest_first() -> None:
    paid = allocate(amount=20_00, unpaid=[SECOND, FIRST])

    assert paid.parts == (
        Part(1, Component.PENALTIES, 50),
        Part(1, Component.FEES, 1_00),
        Part(1, Component.INTEREST, 58),
        Part(1, Component.PRINCIPAL, 16_43),
        Part(2, Component.INTEREST, 49),
        Part(2, Component.PRINCIPAL, 1_00),
    )
    assert (paid.left, paid.paid(Component.PRINCIPAL)) == (0, 17_43)


def test_the_order_is_the_products() -> None:
    order = (Component.PRINCIPAL, Component.INTEREST, Component.FEES, Component.PENALTIES)

    assert allocate(amount=17_00, unpaid=[FIRST], order=order).parts == (
        Part(1, Component.PRINCIPAL, 16_43),
        Part(1, Component.INTEREST, 57),
    )


def test_what_is_not_yet_due_is_left_alone_unless_asked() -> None:
    due = allocate(amount=50_00, unpaid=[FIRST, SECOND], until=date(2024, 2, 15))
    ahead = allocate(amount=50_00, unpaid=[FIRST, SECOND])

    assert (due.left, ahead.left) == (50_00 - FIRST.total, 50_00 - FIRST.total - SECOND.total)


def prepaid(effect: PrepaymentEffect) -> list[int]:
    agreed = replace(terms(), prepayments=(Prepayment(date(2024, 3, 1), 20_00, effect),))
    return [row.due for row in schedule(agreed).rows]


def test_a_prepayment_reduces_the_instalment() -> None:
    """67.05 less 20.00 over four months at 7 %."""
    assert prepaid(PrepaymentEffect.REDUCE_INSTALMENT) == [17_01, 17_01, 11_93, 11_93, 11_93, 11_95]


def test_a_prepayment_reduces_the_term() -> None:
    assert prepaid(PrepaymentEffect.REDUCE_TERM) == [17_01, 17_01, 17_01, 17_01, 13_56]


def test_prepaying_more_than_is_owed_is_not_a_prepayment() -> None:
    too_much = replace(terms(), prepayments=(Prepayment(date(2024, 3, 1), 67_06),))

    with pytest.raises(ValueError, match="than is owed"):
        schedule(too_much)


def test_a_fixed_instalment_ends_the_loan_when_it_is_repaid() -> None:
    rows = schedule(terms(fixed_instalment=30_00)).rows

    assert [row.due for row in rows] == [30_00, 30_00, 30_00, 11_30]


def test_a_fixed_instalment_that_is_too_small_leaves_the_rest_to_the_last() -> None:
    rows = schedule(terms(fixed_instalment=5_00)).rows

    assert [row.due for row in rows] == [5_00] * 5 + [78_11]


def test_an_instalment_below_the_interest_defers_what_does_not_fit() -> None:
    rows = schedule(terms(fixed_instalment=50)).rows

    assert [(row.interest, row.principal) for row in rows[:5]] == [(50, 0)] * 5
    assert rows[-1].interest == 58 * 6 - 50 * 5


def test_what_remains_of_a_loan_keeps_its_due_dates() -> None:
    agreed = terms(disbursed_on="2024-01-31", number_of_instalments=6)
    rest = remaining_terms(schedule(agreed), on=date(2024, 2, 29), principal=83_57)

    assert [row.due_on for row in schedule(rest).rows] == [r.due_on for r in schedule(agreed).rows[1:]]
    assert [row.due for row in schedule(rest).rows] == [row.due for row in schedule(agreed).rows[1:]]


def test_what_remains_of_a_loan_may_end_sooner() -> None:
    agreed = terms(rate_changes=[{"on": "2024-02-01", "annual_rate_percent": 4}])
    effect = PrepaymentEffect.REDUCE_TERM
    rest = remaining_terms(schedule(agreed), on=date(2024, 3, 1), principal=40_00, effect=effect)

    assert rest.annual_rate_percent == Decimal(4)
    assert [row.due for row in schedule(rest).rows] == [16_88, 16_88, 6_47]


@pytest.mark.parametrize(
    ("on", "grace_days", "days"),
    [
        (date(2024, 2, 1), 0, 0),
        (date(2024, 2, 2), 0, 1),
        (date(2024, 2, 6), 5, 0),
        (date(2024, 2, 7), 5, 1),
        (date(2024, 5, 1), 0, 90),
    ],
)
def test_days_past_due_count_from_the_oldest_unpaid_instalment(on: date, grace_days: int, days: int) -> None:
    assert days_past_due(unpaid=[SECOND, FIRST], on=on, grace_days=grace_days) == days


def test_a_loan_with_nothing_unpaid_is_not_late() -> None:
    assert days_past_due(unpaid=[Unpaid(number=1, due_on=date(2024, 2, 1))], on=date(2025, 1, 1)) == 0


def test_days_of_a_pause_do_not_count_and_overlapping_pauses_count_once() -> None:
    pauses = [
        Pause(date(2024, 1, 20), date(2024, 2, 5)),
        Pause(date(2024, 2, 4), date(2024, 2, 10)),
        Pause(date(2024, 2, 28), date(2024, 3, 31)),
    ]

    assert days_past_due(unpaid=[FIRST], on=date(2024, 3, 2), pauses=pauses) == 30 - 9 - 4


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, Bucket.CURRENT),
        (1, Bucket.UP_TO_30),
        (30, Bucket.UP_TO_30),
        (31, Bucket.UP_TO_60),
        (60, Bucket.UP_TO_60),
        (61, Bucket.UP_TO_90),
        (90, Bucket.UP_TO_90),
        (91, Bucket.OVER_90),
    ],
)
def test_lateness_falls_into_buckets(days: int, name: Bucket) -> None:
    assert bucket(days) is name


def test_a_loan_prepaid_altogether_ends_with_the_instalment_after_that() -> None:
    """A single cent waits for the last instalment; prepaid in March, it ends in April."""
    prepayment = Prepayment(date(2024, 3, 15), 1, PrepaymentEffect.REDUCE_TERM)
    rows = schedule(replace(terms(principal=1, number_of_instalments=6), prepayments=(prepayment,))).rows

    assert [(row.due, row.balance) for row in rows] == [(0, 1), (0, 1), (0, 0)]
