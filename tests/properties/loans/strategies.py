"""Loan terms of every kind the bank lends on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from arhan.account.loans import (
    DayCount,
    Disbursement,
    Grace,
    LoanTerms,
    Method,
    MonthEnd,
    Period,
    PeriodUnit,
    RateChange,
    Rounding,
)
from arhan.account.loans.periods import due_dates

if TYPE_CHECKING:
    from collections.abc import Callable

days = st.dates(date(1999, 1, 1), date(2040, 12, 31))
rates = st.decimals(0, 1000, places=4) | st.decimals(0, 60, places=2)
amounts = st.integers(1, 10**12) | st.integers(100_00, 1_000_000_00)
lengths = {PeriodUnit.DAYS: 90, PeriodUnit.WEEKS: 12, PeriodUnit.MONTHS: 14}


@st.composite
def periods(draw: st.DrawFn) -> Period:
    unit = draw(st.sampled_from(PeriodUnit))
    return Period(draw(st.integers(1, lengths[unit])), unit)


any_method = st.sampled_from(Method)


@st.composite
def plain_terms(draw: st.DrawFn, methods: st.SearchStrategy[Method] = any_method) -> LoanTerms:
    """One disbursement, and nothing happens after it."""
    count = draw(st.integers(1, 40))
    disbursed_on = draw(days)
    stub = draw(st.none() | st.integers(1, 120))
    return LoanTerms(
        currency="NGN",
        disbursements=(Disbursement(disbursed_on, draw(amounts)),),
        annual_rate_percent=draw(rates),
        method=draw(methods),
        day_count=draw(st.sampled_from(DayCount)),
        number_of_instalments=count,
        period=draw(periods()),
        first_due_on=disbursed_on + timedelta(days=stub) if stub else None,
        month_end=draw(st.sampled_from(MonthEnd)),
        rounding=draw(st.sampled_from(Rounding)),
    )


@st.composite
def graces(draw: st.DrawFn, count: int) -> Grace:
    return Grace(
        principal=draw(st.integers(0, count - 1)),
        interest_payment=draw(st.integers(0, count - 1)),
        interest_free=draw(st.integers(0, count)),
    )


def during(terms: LoanTerms) -> st.SearchStrategy[date]:
    """A day on which something may still happen to the loan."""
    return st.dates(terms.disbursed_on, due_dates(terms)[-1] - timedelta(days=1))


@st.composite
def terms(draw: st.DrawFn, base: Callable[[], st.SearchStrategy[LoanTerms]] = plain_terms) -> LoanTerms:
    """With grace, further disbursements, rate changes, a down payment, a multiple."""
    plain = draw(base())
    more = draw(st.lists(st.builds(Disbursement, during(plain), st.integers(1, 10**9)), max_size=2))
    changes = draw(
        st.lists(st.builds(RateChange, during(plain), rates), max_size=2, unique_by=lambda c: c.on)
    )
    return replace(
        plain,
        disbursements=tuple(sorted([*plain.disbursements, *more], key=lambda d: d.on)),
        rate_changes=tuple(sorted(changes, key=lambda c: c.on)),
        grace=draw(st.just(Grace()) | graces(plain.number_of_instalments)),
        down_payment_percent=draw(st.just(Decimal(0)) | st.decimals(0, 99, places=2)),
        instalment_multiple=draw(st.sampled_from([1, 1, 5, 100, 100_000])),
    )
