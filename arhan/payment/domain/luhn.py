"""Whether digits can be a card number at all. Pure."""

from __future__ import annotations

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""The sum of the digits of twice each digit."""


def is_card_number(digits: str) -> bool:
    """Whether the check digit is right (Luhn, ISO/IEC 7812-1 annex B)."""
    numbers = [int(digit) for digit in reversed(digits)]
    return (sum(numbers[0::2]) + sum(_DOUBLED[number] for number in numbers[1::2])) % 10 == 0
