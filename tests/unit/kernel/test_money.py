from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arhan.kernel.money import (
    MAX_AMOUNT,
    MINOR_DIGITS,
    Money,
    format_amount,
    format_money,
    is_currency,
    parse_amount,
)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (123_450, "NGN", "1,234.50"),
        (5, "NGN", "0.05"),
        (0, "NGN", "0.00"),
        (-123_450, "NGN", "-1,234.50"),
        (-5, "USD", "-0.05"),
        (1_234, "JPY", "1,234"),
        (1_234_567, "KWD", "1,234.567"),
        (MAX_AMOUNT, "NGN", "10,000,000,000,000.00"),
    ],
)
def test_an_amount_is_written_as_people_write_it(amount: int, currency: str, written: str) -> None:
    assert format_amount(amount, currency) == written
    assert format_money(amount, currency) == str(Money(amount, currency)) == f"{currency} {written}"


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("1,234.5", "NGN", 123_450),
        ("1234.50", "NGN", 123_450),
        (" 12 ", "NGN", 1_200),
        (".5", "NGN", 50),
        ("0", "NGN", 0),
        ("1,234", "JPY", 1_234),
        ("1.5", "KWD", 1_500),
        ("1,234.567", "KWD", 1_234_567),
        ("1,234,567", "JPY", 1_234_567),
        ("1234567.89", "USD", 123_456_789),
    ],
)
def test_what_people_type_is_read(typed: str, currency: str, amount: int) -> None:
    assert parse_amount(typed, currency) == amount


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("", "NGN"),
        ("  ", "NGN"),
        (",", "NGN"),
        (".", "NGN"),
        ("5.", "NGN"),
        ("-5", "NGN"),
        ("+5", "NGN"),
        ("1e3", "NGN"),
        ("0x10", "NGN"),
        ("1_000", "NGN"),
        ("1.2.3", "NGN"),
        ("NaN", "NGN"),
        ("Infinity", "NGN"),
        ("٣", "NGN"),  # an Arabic three
        ("²", "NGN"),
        ("1.005", "NGN"),  # refused, not rounded
        ("1.5", "JPY"),
        ("1000.00", "JPY"),  # nobody pays a hundred times as much because of two zeros
        ("1.0005", "KWD"),
        ("12,50", "NGN"),  # not 1,250: somebody's decimal comma
        ("1,2345", "NGN"),
        ("1,234,5", "JPY"),
        ("1" * 40, "NGN"),
    ],
)
def test_what_is_not_an_amount_is_refused_and_never_rounded(typed: str, currency: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(typed, currency)


@given(st.integers(0, MAX_AMOUNT), st.sampled_from(sorted(MINOR_DIGITS)))
def test_what_was_written_is_read_as_the_same_amount(amount: int, currency: str) -> None:
    assert parse_amount(format_amount(amount, currency), currency) == amount


@given(st.text(max_size=50), st.sampled_from(sorted(MINOR_DIGITS)))
def test_any_text_is_an_amount_or_refused(text: str, currency: str) -> None:
    try:
        amount = parse_amount(text, currency)
    except ValueError:
        return
    assert amount >= 0


def test_the_bank_knows_which_currencies_it_keeps() -> None:
    assert is_currency("NGN")
    assert not is_currency("ngn")
    assert not is_currency("XXX")
