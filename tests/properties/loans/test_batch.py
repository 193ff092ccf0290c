"""Many loans at once come out as each by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arhan.account.loans import DayCount, Disbursement, Grace, LoanTerms, Method, Period, PeriodUnit, Rounding
from arhan.account.loans import schedule as schedule_of
from arhan.account.loans.batch import annuity_tables, is_plain

PLAIN = LoanTerms(
    currency="NGN",
    disbursements=(Disbursement(date(2024, 1, 1), 100_00),),
    annual_rate_percent=Decimal(7),
    method=Method.EQUAL_INSTALMENTS,
    day_count=DayCount.THIRTY_360,
    number_of_instalments=6,
    period=Period(1, PeriodUnit.MONTHS),
)


@st.composite
def portfolios(draw: st.DrawFn) -> list[LoanTerms]:
    count = draw(st.integers(1, 40) | st.sampled_from([120, 360]))
    rounding = draw(st.sampled_from(Rounding))
    return [
        replace(
            PLAIN,
            disbursements=(Disbursement(date(2024, 1, 1), draw(st.integers(1, 10**9))),),
            annual_rate_percent=draw(st.decimals(0, 60, places=2) | st.decimals(0, 1000, places=2)),
            number_of_instalments=count,
            period=Period(draw(st.sampled_from([1, 3, 12])), PeriodUnit.MONTHS),
            rounding=rounding,
        )
        for _ in range(draw(st.integers(1, 6)))
    ]


@given(portfolios())
def test_a_batch_is_what_its_loans_are_one_by_one(loans: list[LoanTerms]) -> None:
    tables = annuity_tables(loans)

    for index, terms in enumerate(loans):
        rows = schedule_of(terms).rows
        assert tables.principal[:, index].tolist() == [row.principal for row in rows]
        assert tables.interest[:, index].tolist() == [row.interest for row in rows]
        assert tables.balance[:, index].tolist() == [row.balance for row in rows]


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAIN, method=Method.FLAT),
        replace(PLAIN, day_count=DayCount.ACTUAL_365),
        replace(PLAIN, period=Period(1, PeriodUnit.WEEKS)),
        replace(PLAIN, first_due_on=date(2024, 2, 15)),
        replace(PLAIN, grace=Grace(principal=1)),
        replace(PLAIN, instalment_multiple=100),
        replace(PLAIN, fixed_instalment=20_00),
        replace(PLAIN, down_payment_percent=Decimal(10)),
        replace(PLAIN, disbursements=PLAIN.disbursements * 2),
        replace(
            PLAIN,
            annual_rate_percent=Decimal("999.9999999999"),
            disbursements=(Disbursement(date(2024, 1, 1), 10**12),),
        ),
    ],
)
def test_a_loan_that_is_not_plain_is_not_taken(other: LoanTerms) -> None:
    assert not is_plain(other)
    with pytest.raises(ValueError, match="only plain loans"):
        annuity_tables([PLAIN, other])


def test_loans_of_one_batch_are_as_long_as_each_other() -> None:
    with pytest.raises(ValueError, match="only plain loans"):
        annuity_tables([PLAIN, replace(PLAIN, number_of_instalments=7)])
