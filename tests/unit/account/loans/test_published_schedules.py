"""Schedules come out as Apache Fineract publishes them, to the cent."""

from __future__ import annotations

import pytest

from arhan.account.loans import quote, read_terms
from tests.unit.account.loans.published import ALL, BASE, Published


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.source)
def test_interest_and_due_of_every_row_are_as_published(case: Published) -> None:
    rows = quote(read_terms(case.given)).schedule.rows

    assert [(row.interest, row.due) for row in rows] == case.interest_and_due


@pytest.mark.parametrize("case", [c for c in ALL if c.due_on], ids=lambda case: case.source)
def test_due_dates_are_as_published(case: Published) -> None:
    rows = quote(read_terms(case.given)).schedule.rows

    assert tuple(row.due_on.isoformat() for row in rows) == case.due_on


def test_a_rate_change_under_bullet_splits_the_period_it_falls_in() -> None:
    """ProgressiveEMICalculatorTest, 24 % from 30 June: all rows but the sixth are published."""
    given = Published(
        "", {"annual_rate_percent": 30, "number_of_instalments": 8, "method": "bullet"}, ""
    ).given
    changed = given | {"rate_changes": [{"on": "2024-06-30", "annual_rate_percent": 24}]}

    interest = [row.interest for row in quote(read_terms(changed)).schedule.rows]

    assert interest == [250, 250, 250, 250, 250, 248, 200, 200]


@pytest.mark.parametrize("day_count", ["30/360", "actual/365", "actual/actual"])
@pytest.mark.parametrize("method", ["flat", "equal_instalments", "equal_principal", "bullet"])
def test_the_dearest_and_longest_loan_there_may_be_is_computed(day_count: str, method: str) -> None:
    dearest = {"principal": 10**15, "annual_rate_percent": 1000, "number_of_instalments": 1200}
    terms = read_terms(BASE | dearest | {"day_count": day_count, "method": method})

    quoted = quote(terms)

    assert len(quoted.schedule.rows) == 1200
    assert sum(row.principal for row in quoted.schedule.rows) == 10**15
