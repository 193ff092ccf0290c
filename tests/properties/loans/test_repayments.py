"""Whatever a customer pays, and whenever: nothing of the loan is lost, and no unit is paid twice."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from arhan.account.domain.loan_servicing import Position, begin, repay
from arhan.account.loans import DEFAULT_ORDER, LoanTerms, Method, PrepaymentEffect
from tests.properties.loans.strategies import plain_terms

declining = st.sampled_from([m for m in Method if m is not Method.FLAT])
wishes = st.tuples(
    st.integers(0, 90),
    st.integers(1, 10**12) | st.integers(1, 1_000_000),
    st.none() | st.sampled_from(PrepaymentEffect),
)


def assert_sound(position: Position, *, lent: int) -> None:
    assert sum(row.principal for row in position.rows) == lent
    assert [row.number for row in position.rows] == list(range(1, len(position.rows) + 1))
    due = [row.due_on for row in position.rows]
    assert due == sorted(due)
    for row in position.rows:
        assert 0 <= row.principal_paid <= row.principal
        assert 0 <= row.interest_paid <= row.interest


@given(terms=plain_terms(declining), paid=st.lists(wishes, max_size=8))
def test_every_repayment_is_used_or_left_and_the_rows_add_up(
    terms: LoanTerms, paid: list[tuple[int, int, PrepaymentEffect | None]]
) -> None:
    position, on = begin(terms), terms.disbursed_on
    for days, amount, effect in paid:
        on += timedelta(days=days)
        before = position
        closes_with = position.payoff(on).total
        done = repay(position, amount=amount, on=on, order=DEFAULT_ORDER, effect=effect)
        position = done.position
        assert done.principal + done.interest + done.charges + done.left == amount
        assert before.principal - position.principal == done.principal
        assert_sound(position, lent=terms.principal)
        assert position.earned(on) >= sum(row.interest for row in position.rows if row.due_on <= on)
        if effect is not None:
            assert position.is_repaid == (amount >= closes_with), (amount, closes_with)
            assert not position.is_repaid or done.left == amount - closes_with
        if not position.is_repaid:
            assert position.payoff(on).total == closes_with - (amount - done.left)


@given(terms=plain_terms(declining), days=st.integers(0, 400))
def test_the_interest_of_a_loan_paid_off_is_what_it_had_earned(terms: LoanTerms, days: int) -> None:
    position, on = begin(terms), terms.disbursed_on + timedelta(days=days)
    earned = position.earned(on)
    total = position.payoff(on).total
    done = repay(position, amount=total, on=on, order=DEFAULT_ORDER, effect=PrepaymentEffect.REDUCE_TERM)
    assert done.position.is_repaid
    assert done.left == 0
    assert done.interest == earned == done.position.earned(on)


@given(terms=plain_terms())
def test_a_plan_can_be_kept_and_read_back(terms: LoanTerms) -> None:
    kept = msgspec.json.encode(terms)
    assert msgspec.json.decode(kept, type=LoanTerms) == terms
