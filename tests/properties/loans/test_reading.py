"""Whatever is sent as terms is either understood or refused."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from arhan.account.loans import LoanTerms, parse_terms, quote, read_terms
from arhan.account.loans.refusals import REFUSALS
from arhan.kernel.errors import Refused
from tests.unit.account.loans.published import BASE

OPTIONAL: dict[str, Any] = {
    "first_due_on": "2024-02-01",
    "month_end": "roll",
    "grace": {"principal": 1, "interest_payment": 0, "interest_free": 0},
    "disbursements": [{"on": "2024-01-08", "amount": 50_00}],
    "rate_changes": [{"on": "2024-02-01", "annual_rate_percent": 4}],
    "down_payment_percent": 10,
    "instalment_multiple": 10,
    "fixed_instalment": None,
    "rounding": "half_up",
}
COMPLETE = BASE | OPTIONAL

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2024-02-01", "2024-13-01", "1e99999", "-0", "months", "USD"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def understood(given: object) -> LoanTerms | None:
    """The terms, or None where they are refused as the list of refusals has it; anything else fails."""
    try:
        return read_terms(given)
    except Refused as refused:
        if refused.refusal not in REFUSALS or not refused.errors:
            raise
        return None


def parsed(text: str | bytes) -> LoanTerms | None:
    try:
        return parse_terms(text)
    except Refused:
        return None


@given(values)
def test_any_value_is_understood_or_refused(given: object) -> None:
    understood(given)


@given(st.dictionaries(st.sampled_from(sorted(COMPLETE)), values, min_size=1, max_size=4))
def test_terms_with_anything_in_them_are_quoted_or_refused(changes: dict[str, Any]) -> None:
    terms = understood(COMPLETE | changes)
    if terms:
        assert sum(row.principal for row in quote(terms).schedule.rows) == terms.principal


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_text_is_understood_or_refused(text: str | bytes) -> None:
    parsed(text)


@given(st.integers(0, len(json.dumps(COMPLETE)) - 1), st.characters())
def test_terms_with_one_character_wrong_are_quoted_or_refused(place: int, wrong: str) -> None:
    text = json.dumps(COMPLETE)
    terms = parsed(text[:place] + wrong + text[place + 1 :])
    if terms:
        assert quote(terms).schedule.rows
