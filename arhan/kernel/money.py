"""Money: integer minor units beside an ISO 4217 currency, never a float.

Minor digits per ISO 4217 (NGN, USD, EUR, GBP 2; JPY 0; KWD 3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MINOR_DIGITS: dict[str, int] = {"NGN": 2, "USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}

MAX_AMOUNT = 10**15
"""Largest amount one posting may carry, in minor units: sums of thousands still fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in its minor unit."""

    amount: int
    currency: str

    def __str__(self) -> str:
        """As people write it: `NGN 1,234.50`."""
        return format_money(self.amount, self.currency)


def is_currency(code: str) -> bool:
    """Whether the bank keeps accounts in this currency."""
    return code in MINOR_DIGITS


def format_amount(amount: int, currency: str) -> str:
    """Minor units as people write them, without the currency: 123450 NGN -> `1,234.50`."""
    digits = MINOR_DIGITS[currency]
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**digits)
    return f"{sign}{whole:,}.{part:0{digits}d}" if digits else f"{sign}{whole:,}"


def format_money(amount: int, currency: str) -> str:
    """Minor units as people write them: 123450 NGN -> `NGN 1,234.50`."""
    return f"{currency} {format_amount(amount, currency)}"


_WRITTEN = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d+))?", re.ASCII)
"""Digits, alone or in groups of three, and a fraction; either may be left out, not both."""


def parse_amount(text: str, currency: str) -> int:
    """Minor units from what a person typed (`1,234.5`); ValueError when it is not an amount.

    More fraction digits than the currency has are refused, not rounded; so is a comma that groups no
    thousands (`12,50`), which somebody may have meant as the decimal one.
    """
    digits = MINOR_DIGITS[currency]
    written = _WRITTEN.fullmatch(text.strip())
    whole, part = ((group or "").replace(",", "") for group in written.groups()) if written else ("", "")
    if not whole + part:
        msg = f"{text!r} is not an amount"
        raise ValueError(msg)
    if len(part) > digits or len(whole) > len(str(MAX_AMOUNT)):
        msg = f"{text!r} is not an amount of {currency}"
        raise ValueError(msg)
    unit: int = 10**digits
    return int(whole or "0") * unit + int(part.ljust(digits, "0") or "0")
