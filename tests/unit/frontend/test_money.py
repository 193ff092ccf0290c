"""Money as it is shown and typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arhan.frontend.domain.money import example, parse, text, typed
from arhan.kernel.money import MINOR_DIGITS


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        (123_450, "NGN", "en", "₦1,234.50"),
        (-123_450, "NGN", "en", "\u2212₦1,234.50"),
        (5, "NGN", "en", "₦0.05"),
        (1_234, "JPY", "en", "¥1,234"),
        (1_234_567, "KWD", "en", "KWD\u00a01,234.567"),
        (123_450, "NGN", "fr", "1\u202f234,50\u00a0₦"),
        (1_234, "JPY", "fr", "1\u202f234\u00a0¥"),
        (1_234_567, "KWD", "fr", "1\u202f234,567\u00a0KWD"),
        (100_000, "USD", "fr", "1\u202f000,00\u00a0$"),
        (-50, "EUR", "fr", "\u22120,50\u00a0€"),
    ],
)
def test_shown(amount: int, currency: str, language: str, shown: str) -> None:
    assert text(amount, currency, language=language) == shown


@pytest.mark.parametrize(
    ("typed", "language", "amount"),
    [
        ("1250.5", "en", 125_050),
        ("1,250.50", "en", 125_050),
        ("₦1,250", "en", 125_000),
        ("NGN 10", "en", 1_000),
        ("1 250,50", "fr", 125_050),
        ("1\u202f250,50\u00a0₦", "fr", 125_050),
        ("1250.50", "fr", 125_050),
    ],
)
def test_typed(typed: str, language: str, amount: int) -> None:
    assert parse(typed, "NGN", language=language) == amount


@pytest.mark.parametrize("typed", ["", " ", "abc", "-5", "1.234", "1e5", "٣", "1.2.3", "--"])
def test_not_an_amount(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse(typed, "NGN")


@given(
    st.integers(min_value=0, max_value=10**14),
    st.sampled_from(sorted(MINOR_DIGITS)),
    st.sampled_from(["en", "fr"]),
)
def test_what_is_shown_can_be_typed(amount: int, currency: str, language: str) -> None:
    assert parse(text(amount, currency, language=language), currency, language=language) == amount


@given(
    st.integers(min_value=0, max_value=10**14),
    st.sampled_from(sorted(MINOR_DIGITS)),
    st.sampled_from(["en", "fr"]),
)
def test_what_a_form_shows_to_be_changed_is_read_back(amount: int, currency: str, language: str) -> None:
    assert parse(typed(amount, currency), currency, language=language) == amount


@pytest.mark.parametrize(
    ("currency", "language", "written"),
    [
        ("NGN", "en", "1,250.50"),
        ("JPY", "en", "1,250"),
        ("KWD", "en", "1,250.500"),
        ("USD", "fr", "1\u202f250,50"),
        ("JPY", "fr", "1\u202f250"),
    ],
)
def test_how_an_amount_is_written_is_shown_by_one_of_its_currency(
    currency: str, language: str, written: str
) -> None:
    assert example(currency, language=language) == written
