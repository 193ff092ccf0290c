"""Amounts in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arhan.frontend.domain.words import amount_in_words, english, french

ENGLISH = [
    (0, "zero"),
    (1, "one"),
    (13, "thirteen"),
    (21, "twenty-one"),
    (40, "forty"),
    (100, "one hundred"),
    (105, "one hundred and five"),
    (999, "nine hundred and ninety-nine"),
    (1_000, "one thousand"),
    (1_005, "one thousand and five"),
    (1_100, "one thousand one hundred"),
    (15_000, "fifteen thousand"),
    (1_000_000, "one million"),
    (2_000_150, "two million one hundred and fifty"),
    (10**12, "one trillion"),
]
FRENCH = [
    (0, "zéro"),
    (1, "un"),
    (17, "dix-sept"),
    (21, "vingt et un"),
    (31, "trente et un"),
    (70, "soixante-dix"),
    (71, "soixante et onze"),
    (77, "soixante-dix-sept"),
    (80, "quatre-vingts"),
    (81, "quatre-vingt-un"),
    (90, "quatre-vingt-dix"),
    (91, "quatre-vingt-onze"),
    (100, "cent"),
    (200, "deux cents"),
    (201, "deux cent un"),
    (1_000, "mille"),
    (2_000, "deux mille"),
    (80_000, "quatre-vingt mille"),
    (200_000, "deux cent mille"),
    (1_000_000, "un million"),
    (200_000_000, "deux cents millions"),
    (1_000_000_001, "un milliard un"),
]


@pytest.mark.parametrize(("number", "words"), ENGLISH)
def test_english(number: int, words: str) -> None:
    assert english(number) == words


@pytest.mark.parametrize(("number", "words"), FRENCH)
def test_french(number: int, words: str) -> None:
    assert french(number) == words


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        (2_500_050, "NGN", "en", "Twenty-five thousand naira and fifty kobo"),
        (50, "NGN", "en", "Fifty kobo"),
        (0, "NGN", "en", "Zero naira"),
        (100, "USD", "en", "One US dollar"),
        (201, "GBP", "en", "Two pounds sterling and one penny"),
        (5_000, "JPY", "en", "Five thousand yen"),
        (1_001, "KWD", "en", "One Kuwaiti dinar and one fils"),
        (2_500_050, "NGN", "fr", "Vingt-cinq mille nairas et cinquante kobos"),
        (2_100, "GBP", "fr", "Vingt et une livres sterling"),
        (100_000_000, "EUR", "fr", "Un million d'euros"),
        (100_000_000, "GBP", "fr", "Un million de livres sterling"),
        (100, "NGN", "de", "One naira"),
    ],
)
def test_amounts(amount: int, currency: str, language: str, words: str) -> None:
    assert amount_in_words(amount, currency, language=language) == words


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_different_numbers_have_different_words(number: int) -> None:
    assert english(number) != english(number + 1)
    assert french(number) != french(number + 1)
    assert "  " not in english(number) + french(number)
