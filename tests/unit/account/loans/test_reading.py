"""Terms that cannot be are refused with a code and a pointer to what is wrong."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from arhan.account.loans import Disbursement, Grace, parse_terms, read_terms
from arhan.account.loans.refusals import REFUSALS
from arhan.kernel.errors import Refused
from tests.unit.account.loans.published import BASE


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
BEYOND = 10**15 + 1

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("field_missing", {"principal": ABSENT}, "/principal"),
    ("field_missing", {"principal": None}, "/principal"),
    ("field_missing", {"currency": ABSENT}, "/currency"),
    ("field_missing", {"annual_rate_percent": ABSENT}, "/annual_rate_percent"),
    ("field_missing", {"method": ABSENT}, "/method"),
    ("field_missing", {"day_count": ABSENT}, "/day_count"),
    ("field_missing", {"number_of_instalments": ABSENT}, "/number_of_instalments"),
    ("field_missing", {"period": ABSENT}, "/period"),
    ("field_missing", {"period": {"every": 1}}, "/period/unit"),
    ("field_missing", {"period": {"unit": "months"}}, "/period/every"),
    ("field_missing", {"disbursed_on": ABSENT}, "/disbursed_on"),
    ("field_missing", {"disbursements": [{"on": "2024-02-01"}]}, "/disbursements/0/amount"),
    ("field_missing", {"rate_changes": [{"on": "2024-02-01"}]}, "/rate_changes/0/annual_rate_percent"),
    ("field_unknown", {"rate": 7}, "/rate"),
    ("field_unknown", {"a/b~c": 7}, "/a~1b~0c"),
    ("field_unknown", {"grace": {"interest": 1}}, "/grace/interest"),
    ("field_unknown", {"period": {"every": 1, "unit": "months", "day": 1}}, "/period/day"),
    ("field_malformed", {"principal": "100"}, "/principal"),
    ("field_malformed", {"principal": 100.0}, "/principal"),
    ("field_malformed", {"principal": True}, "/principal"),
    ("field_malformed", {"currency": 566}, "/currency"),
    ("field_malformed", {"annual_rate_percent": "seven"}, "/annual_rate_percent"),
    ("field_malformed", {"annual_rate_percent": "NaN"}, "/annual_rate_percent"),
    ("field_malformed", {"annual_rate_percent": [7]}, "/annual_rate_percent"),
    ("field_malformed", {"disbursed_on": "20240101"}, "/disbursed_on"),
    ("field_malformed", {"disbursed_on": "2023-02-29"}, "/disbursed_on"),
    ("field_malformed", {"disbursed_on": 20240101}, "/disbursed_on"),
    ("field_malformed", {"period": "monthly"}, "/period"),
    ("field_malformed", {"grace": 2}, "/grace"),
    ("field_malformed", {"disbursements": {"on": "2024-02-01"}}, "/disbursements"),
    ("field_malformed", {"disbursements": [7]}, "/disbursements/0"),
    ("choice_unknown", {"method": "annuity"}, "/method"),
    ("choice_unknown", {"day_count": "30/365"}, "/day_count"),
    ("choice_unknown", {"period": {"every": 1, "unit": "years"}}, "/period/unit"),
    ("choice_unknown", {"month_end": "skip"}, "/month_end"),
    ("choice_unknown", {"rounding": "down"}, "/rounding"),
    ("currency_unknown", {"currency": "XXX"}, "/currency"),
    ("amount_out_of_bounds", {"principal": 0}, "/principal"),
    ("amount_out_of_bounds", {"principal": -1}, "/principal"),
    ("amount_out_of_bounds", {"principal": BEYOND}, "/principal"),
    ("amount_out_of_bounds", {"instalment_multiple": 0}, "/instalment_multiple"),
    ("amount_out_of_bounds", {"instalment_multiple": 100_01}, "/instalment_multiple"),
    ("amount_out_of_bounds", {"fixed_instalment": 0}, "/fixed_instalment"),
    (
        "amount_out_of_bounds",
        {"disbursements": [{"on": "2024-02-01", "amount": 10**15}]},
        "/disbursements",
    ),
    ("rate_out_of_bounds", {"annual_rate_percent": -1}, "/annual_rate_percent"),
    ("rate_out_of_bounds", {"annual_rate_percent": 1000.01}, "/annual_rate_percent"),
    ("rate_out_of_bounds", {"annual_rate_percent": "0.12345678901"}, "/annual_rate_percent"),
    ("rate_out_of_bounds", {"annual_rate_percent": "1e-999999"}, "/annual_rate_percent"),
    ("rate_out_of_bounds", {"down_payment_percent": 100}, "/down_payment_percent"),
    (
        "rate_out_of_bounds",
        {"rate_changes": [{"on": "2024-02-01", "annual_rate_percent": 1001}]},
        "/rate_changes/0/annual_rate_percent",
    ),
    ("count_out_of_bounds", {"number_of_instalments": 0}, "/number_of_instalments"),
    ("count_out_of_bounds", {"number_of_instalments": 1201}, "/number_of_instalments"),
    ("count_out_of_bounds", {"period": {"every": 0, "unit": "days"}}, "/period/every"),
    ("count_out_of_bounds", {"period": {"every": 121, "unit": "months"}}, "/period/every"),
    ("count_out_of_bounds", {"grace": {"principal": -1}}, "/grace/principal"),
    (
        "count_out_of_bounds",
        {"disbursements": [{"on": "2024-02-01", "amount": 1}] * 101},
        "/disbursements",
    ),
    ("date_out_of_bounds", {"disbursed_on": "1899-12-31"}, "/disbursed_on"),
    ("date_out_of_bounds", {"disbursed_on": "2200-01-01"}, "/disbursed_on"),
    ("date_out_of_bounds", {"first_due_on": "2024-01-01"}, "/first_due_on"),
    ("date_out_of_bounds", {"first_due_on": "2029-01-02"}, "/first_due_on"),
    ("date_out_of_bounds", {"disbursements": [{"on": "2023-12-31", "amount": 1}]}, "/disbursements/0/on"),
    ("date_out_of_bounds", {"disbursements": [{"on": "2024-07-01", "amount": 1}]}, "/disbursements/0/on"),
    (
        "date_out_of_bounds",
        {"rate_changes": [{"on": "2023-12-31", "annual_rate_percent": 1}]},
        "/rate_changes/0/on",
    ),
    (
        "date_out_of_bounds",
        {"rate_changes": [{"on": "2024-07-01", "annual_rate_percent": 1}]},
        "/rate_changes/0/on",
    ),
    (
        "term_too_long",
        {"number_of_instalments": 1200, "period": {"every": 2, "unit": "months"}},
        "/number_of_instalments",
    ),
    ("grace_too_long", {"grace": {"principal": 6}}, "/grace/principal"),
    ("grace_too_long", {"grace": {"interest_payment": 6}}, "/grace/interest_payment"),
    ("grace_too_long", {"grace": {"interest_free": 7}}, "/grace/interest_free"),
    (
        "disbursements_mismatch",
        {"disbursements": [{"on": "2024-01-01", "amount": 50_00}, {"on": "2024-02-01", "amount": 49_99}]},
        "/disbursements",
    ),
    (
        "event_repeated",
        {"rate_changes": [{"on": "2024-02-01", "annual_rate_percent": rate} for rate in (1, 2)]},
        "/rate_changes/1/on",
    ),
    ("not_for_method", {"method": "bullet", "fixed_instalment": 10_00}, "/fixed_instalment"),
]


def given(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (BASE | changes).items() if value is not ABSENT}


@pytest.mark.parametrize(("code", "changes", "pointer"), WRONG, ids=lambda part: str(part)[:60])
def test_what_is_wrong_is_refused_and_pointed_at(code: str, changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        read_terms(given(changes))

    assert refused.value.refusal.code == code
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_every_refusal_there_is_has_its_row() -> None:
    assert {code for code, _, _ in WRONG} == {refusal.code for refusal in REFUSALS}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_terms(given({"principal": -1, "method": "annuity", "typo": 1}))

    assert [error.pointer for error in refused.value.errors] == ["/principal", "/method", "/typo"]


@pytest.mark.parametrize("not_terms", [None, [], "x", 7])
def test_what_is_not_an_object_is_refused(not_terms: object) -> None:
    with pytest.raises(Refused) as refused:
        read_terms(not_terms)

    assert (refused.value.refusal.code, refused.value.errors[0].pointer) == ("field_malformed", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "\xff",
        b"\xff\xfe\xfd",
        '{"principal": NaN}',
        '{"principal": 1, "principal": 2}',
        "[" * 100_000,
        "9" * 5000,
        " " * 1_000_001,
    ],
    ids=["nothing", "cut off", "not JSON", "not text", "NaN", "twice", "deep", "long number", "large"],
)
def test_what_is_not_json_is_malformed(text: str | bytes) -> None:
    with pytest.raises(Refused) as refused:
        parse_terms(text)

    assert refused.value.refusal.code in {"malformed_request", "field_malformed"}


def test_a_rate_is_read_exactly_whether_number_or_text() -> None:
    as_number = parse_terms(json.dumps(given({"annual_rate_percent": 9.4822})))
    as_text = parse_terms(json.dumps(given({"annual_rate_percent": "9.4822"})))

    assert as_number.annual_rate_percent == as_text.annual_rate_percent == Decimal("9.4822")


def test_what_may_be_left_out_has_its_usual_meaning() -> None:
    terms = read_terms(given({}))

    assert terms.disbursements == (Disbursement(date(2024, 1, 1), 100_00),)
    assert terms.grace == Grace()
    assert (terms.month_end, terms.rounding) == ("clamp", "half_even")
    assert (terms.down_payment_percent, terms.instalment_multiple) == (Decimal(0), 1)
    assert terms.fixed_instalment is None


@pytest.mark.parametrize(
    ("principal", "listed"),
    [
        (100_00, [("2024-03-01", 100_00)]),
        (200_00, [("2024-01-01", 100_00), ("2024-03-01", 100_00)]),
        (100_00, [("2024-01-01", 100_00), ("2024-03-01", 100_00)]),
        (200_00, [("2024-03-01", 100_00), ("2024-01-01", 100_00)]),
    ],
    ids=["only the further", "all, summing up", "all, with the first as principal", "in any order"],
)
def test_disbursements_are_all_of_them_or_the_further_ones(
    principal: int, listed: list[tuple[str, int]]
) -> None:
    disbursements = [{"on": on, "amount": amount} for on, amount in listed]
    terms = read_terms(given({"principal": principal, "disbursements": disbursements}))

    assert terms.disbursements == (
        Disbursement(date(2024, 1, 1), 100_00),
        Disbursement(date(2024, 3, 1), 100_00),
    )
