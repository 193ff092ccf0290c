"""The disclosed rates, against the worked examples of the rules they follow."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arhan.account.loans import quote, read_terms
from arhan.account.loans.rates import actuarial_rate, annual_rate
from tests.unit.account.loans.published import BASE, FLAT, months, weeks

APPENDIX_J = [
    ("(c)(1)(i) monthly", 5000, 24, "230.00", Fraction(1), 12, "9.69"),
    ("(c)(1)(ii) monthly, long first period", 6000, 36, "200.00", 1 + Fraction(19, 30), 12, "11.82"),
    ("(c)(1)(iii) semimonthly, short first period", 5000, 24, "219.17", Fraction(6, 15), 24, "10.34"),
    ("(c)(1)(iv) quarterly, long first period", 10000, 40, "385.00", 1 + Fraction(39, 90), 4, "8.97"),
    ("(c)(1)(v) weekly, long first period", 500, 30, "17.60", 4 + Fraction(4, 7), 52, "14.96"),
]


@pytest.mark.parametrize(
    ("example", "advance", "payments", "payment", "first", "in_a_year", "percent"),
    APPENDIX_J,
    ids=[row[0] for row in APPENDIX_J],
)
def test_the_apr_is_that_of_the_examples_in_regulation_z(
    example: str, advance: int, payments: int, payment: str, first: Fraction, in_a_year: int, percent: str
) -> None:
    """12 CFR 1026, Appendix J, (c) Examples for the actuarial method."""
    paid = round(float(payment) * 100)
    flows = [(Fraction(0), advance * 100), *((first + index, -paid) for index in range(payments))]

    assert f"{actuarial_rate(flows) * in_a_year * 100:.2f}" == percent


def test_the_effective_rate_is_that_of_the_example_of_the_directive() -> None:
    """1,000 on 1 January 1994 for 1,200 on 1 July 1995, 546 days later: 12.96 %."""
    assert f"{annual_rate([(Fraction(0), 1000), (Fraction(546, 365), -1200)]) * 100:.2f}" == "12.96"


def apr_and_effective(terms: dict[str, object]) -> tuple[str, str]:
    quoted = quote(read_terms(BASE | terms))
    return str(quoted.apr_percent), str(quoted.effective_rate_percent)


@pytest.mark.parametrize(
    ("terms", "apr", "effective"),
    [
        ({"principal": 10**12, "number_of_instalments": 360}, "7.0000", "7.2245"),
        ({"principal": 10**12, "annual_rate_percent": 0}, "0.0000", "0.0000"),
        ({"principal": 10**12, "annual_rate_percent": 24, "period": months(3)}, "24.0000", "26.2520"),
        ({"principal": 10**12, "annual_rate_percent": 26, "period": weeks(2)}, "26.2889", "29.9900"),
        (FLAT | {"principal": 10**12, "number_of_instalments": 12}, "21.4572", "23.6843"),
        ({"principal": 10**12, "number_of_instalments": 1}, "7.0000", "7.0883"),
        ({"principal": 10**12, "down_payment_percent": 20}, "7.0000", "7.2495"),
    ],
    ids=[
        "a mortgage",
        "no interest",
        "quarterly",
        "every second week",
        "flat",
        "one payment",
        "down payment",
    ],
)
def test_the_rates_of_a_quote(terms: dict[str, object], apr: str, effective: str) -> None:
    assert apr_and_effective(terms) == (apr, effective)


def test_odd_days_of_a_first_period_are_thirtieths_of_a_month() -> None:
    """Appendix J (b)(5)(iii): 15 January to 1 February is no month and 17 days."""
    stub = {"principal": 10**12, "disbursed_on": "2024-01-15", "first_due_on": "2024-02-01"}
    quoted = quote(read_terms(BASE | stub))
    flows = [(Fraction(0), 10**12)]
    flows += [(index + Fraction(17, 30), -row.due) for index, row in enumerate(quoted.schedule.rows)]

    assert f"{actuarial_rate(flows) * 1200:.4f}" == str(quoted.apr_percent)
