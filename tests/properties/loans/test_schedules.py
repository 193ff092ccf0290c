"""Whatever is agreed, a schedule adds up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from arhan.account.loans import (
    DayCount,
    Disbursement,
    LoanTerms,
    Method,
    MonthEnd,
    Period,
    PeriodUnit,
    Prepayment,
    PrepaymentEffect,
    RateChange,
    quote,
    schedule,
)
from arhan.account.loans.rates import cash_flows
from tests.properties.loans.strategies import during, plain_terms, rates, terms

equal_instalments = plain_terms(st.just(Method.EQUAL_INSTALMENTS))


@given(terms())
def test_rows_add_up(agreed: LoanTerms) -> None:
    for row in schedule(agreed).rows:
        assert row.principal + row.interest + row.fees + row.penalties == row.due
        assert min(row.principal, row.interest, row.due, row.balance) >= 0


@given(terms())
def test_the_rows_repay_exactly_what_was_lent(agreed: LoanTerms) -> None:
    rows = schedule(agreed).rows

    assert sum(row.principal for row in rows) == agreed.principal
    assert rows[-1].balance == 0


@given(terms())
def test_every_balance_is_what_was_lent_by_then_less_what_was_repaid(agreed: LoanTerms) -> None:
    rows = schedule(agreed).rows
    repaid = 0
    for number, row in enumerate(rows, start=1):
        repaid += row.principal
        counted = [d for d in agreed.disbursements if d.on < row.due_on]
        same_day = [d for d in agreed.disbursements if d.on == row.due_on]
        lent = sum(d.amount for d in counted)
        assert row.number == number
        assert lent - repaid <= row.balance <= lent + sum(d.amount for d in same_day) - repaid


@given(terms())
def test_rows_come_in_order_of_date(agreed: LoanTerms) -> None:
    planned = schedule(agreed)

    assert all(earlier.due_on <= later.due_on for earlier, later in pairwise(planned.rows))
    assert all(earlier.due_on < later.due_on for earlier, later in pairwise(planned.instalments))
    assert len(planned.instalments) == agreed.number_of_instalments


@given(equal_instalments)
def test_equal_instalments_are_equal_and_the_last_absorbs(agreed: LoanTerms) -> None:
    *others, last = schedule(agreed).rows
    repaying = [row for row in others if row.balance]

    assert len({row.due for row in repaying}) <= 1
    assert last.balance == 0


@given(plain_terms(st.sampled_from([Method.FLAT, Method.EQUAL_PRINCIPAL, Method.BULLET])), rates)
def test_more_rate_is_never_less_interest(agreed: LoanTerms, other: Decimal) -> None:
    dearer = replace(agreed, annual_rate_percent=max(agreed.annual_rate_percent, other))
    cheaper = replace(agreed, annual_rate_percent=min(agreed.annual_rate_percent, other))

    assert schedule(cheaper).total_interest <= schedule(dearer).total_interest


@given(
    equal_instalments,
    st.integers(0, 60),
    st.integers(1, 60),
    st.sampled_from([Period(1, u) for u in PeriodUnit if u is not PeriodUnit.DAYS]),
)
def test_more_rate_is_never_less_interest_of_an_ordinary_loan(
    agreed: LoanTerms, rate: int, more: int, period: Period
) -> None:
    """Ordinary: an instalment rounded by half a unit weighs less than a per cent more."""
    ordinary = replace(
        agreed,
        disbursements=(Disbursement(agreed.disbursed_on, 1_000_00 + agreed.principal),),
        period=period,
        first_due_on=None,
    )
    cheaper = schedule(replace(ordinary, annual_rate_percent=Decimal(rate)))
    dearer = schedule(replace(ordinary, annual_rate_percent=Decimal(rate + more)))

    assert cheaper.total_interest <= dearer.total_interest


@given(st.data(), equal_instalments, st.integers(1, 10**9))
def test_rows_before_a_disbursement_are_as_if_nobody_had_known(
    data: st.DataObject, agreed: LoanTerms, amount: int
) -> None:
    on = data.draw(during(agreed))
    surprised = replace(agreed, disbursements=(*agreed.disbursements, Disbursement(on, amount)))

    before = [row for row in schedule(agreed).rows if row.due_on <= on]
    assert list(schedule(surprised).rows[: len(before)]) == before


@given(st.data(), plain_terms(), rates)
def test_rows_before_a_rate_change_are_as_if_nobody_had_known(
    data: st.DataObject, agreed: LoanTerms, rate: Decimal
) -> None:
    on = data.draw(during(agreed))
    surprised = replace(agreed, rate_changes=(RateChange(on, rate),))

    before = [row for row in schedule(agreed).rows if row.due_on <= on]
    assert list(schedule(surprised).rows[: len(before)]) == before


@given(st.data(), plain_terms())
def test_a_change_to_the_same_rate_changes_nothing_but_what_is_rounded(
    data: st.DataObject, agreed: LoanTerms
) -> None:
    on = data.draw(during(agreed))
    unchanged = replace(agreed, rate_changes=(RateChange(on, agreed.annual_rate_percent),))

    assert sum(r.principal for r in schedule(unchanged).rows) == agreed.principal
    if on == agreed.disbursed_on:
        assert schedule(unchanged).rows == schedule(agreed).rows


@given(equal_instalments)
def test_rolling_due_dates_moves_no_interest_under_30_360(agreed: LoanTerms) -> None:
    assume(agreed.period.unit is PeriodUnit.MONTHS)
    agreed = replace(agreed, day_count=DayCount.THIRTY_360, first_due_on=None)
    clamped = schedule(replace(agreed, month_end=MonthEnd.CLAMP)).rows
    rolled = schedule(replace(agreed, month_end=MonthEnd.ROLL)).rows

    assert [r.interest for r in clamped] == [r.interest for r in rolled]


@given(st.data(), plain_terms(), st.sampled_from(PrepaymentEffect))
def test_a_prepayment_leaves_exactly_the_rest_to_be_repaid(
    data: st.DataObject, agreed: LoanTerms, effect: PrepaymentEffect
) -> None:
    on = data.draw(during(agreed))
    owed = next(row for row in schedule(agreed).rows if row.due_on > on)
    still_owed = owed.balance + owed.principal
    assume(still_owed > 0)
    amount = data.draw(st.integers(1, still_owed))
    prepaid = schedule(replace(agreed, prepayments=(Prepayment(on, amount, effect),)))

    assert sum(row.principal for row in prepaid.rows) == agreed.principal - amount
    assert prepaid.rows[-1].balance == 0
    assert len(prepaid.rows) <= agreed.number_of_instalments


@given(st.data(), equal_instalments)
def test_reducing_the_term_keeps_the_instalment(data: st.DataObject, agreed: LoanTerms) -> None:
    rows = schedule(agreed).rows
    on = data.draw(during(agreed))
    owed = next(row for row in rows if row.due_on > on)
    still_owed = owed.balance + owed.principal
    assume(still_owed > 0)
    amount = data.draw(st.integers(1, still_owed))
    prepayment = Prepayment(on, amount, PrepaymentEffect.REDUCE_TERM)
    shorter = schedule(replace(agreed, prepayments=(prepayment,)))

    *others, _ = shorter.rows
    assert all(row.due == planned.due for row, planned in zip(others, rows, strict=False))


@given(terms())
def test_every_quote_has_rates_that_are_not_negative(agreed: LoanTerms) -> None:
    quoted = quote(agreed)

    assert quoted.apr_percent >= 0
    assert quoted.effective_rate_percent >= 0
    assert (quoted.apr_percent > 0) <= (quoted.schedule.total_interest > 0)


@given(terms())
def test_at_the_disclosed_rate_what_is_paid_is_worth_what_was_lent(agreed: LoanTerms) -> None:
    """Within what four decimals of a per cent leave open."""
    quoted = quote(agreed)
    assume(quoted.schedule.total_interest)
    flows = cash_flows(quoted.schedule)

    def worth(percent: Decimal) -> Decimal:
        grown = 1 + percent / 100
        return sum(
            (amount / grown ** (Decimal((on - agreed.disbursed_on).days) / 365) for on, amount in flows),
            Decimal(0),
        )

    margin = Decimal("0.0001") * (1 + quoted.effective_rate_percent / 10**6)
    assert worth(max(Decimal(0), quoted.effective_rate_percent - margin)) <= 0
    assert worth(quoted.effective_rate_percent + margin) >= 0
