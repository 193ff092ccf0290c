"""Money as a language writes it: what stands before, the whole, the minor part, what stands after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from arhan.kernel.money import MINOR_DIGITS, format_amount, parse_amount

if TYPE_CHECKING:
    from collections.abc import Iterable

SYMBOLS: dict[str, str] = {"NGN": "₦", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
"""Currencies whose sign is unambiguous among those the bank keeps; the others show their code."""
MAIN = "NGN"
"""The currency that comes first where there are several."""
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


class Parts(NamedTuple):
    """`₦` `1,234` `.50` and nothing; in French nothing, `1 234`, `,50`, ` ₦`."""

    before: str
    whole: str
    minor: str
    after: str


def parts(amount: int, currency: str, *, language: str = "en") -> Parts:
    """The parts of an amount of minor units."""
    sign = "\u2212" if amount < 0 else ""
    whole, dot, minor = format_amount(abs(amount), currency).partition(".")
    symbol = SYMBOLS.get(currency, "")
    if language.startswith("fr"):
        minor_part = f",{minor}" if dot else ""
        after = NO_BREAK_SPACE + (symbol or currency)
        return Parts(sign, whole.replace(",", NARROW_SPACE), minor_part, after)
    before = sign + (symbol or currency + NO_BREAK_SPACE)
    return Parts(before, whole, dot + minor, "")


def text(amount: int, currency: str, *, language: str = "en") -> str:
    """An amount as text: `₦1,234.50`."""
    return "".join(parts(amount, currency, language=language))


def parse(typed: str, currency: str, *, language: str = "en") -> int:
    """Minor units of what a person typed in their language; ValueError when it is no amount."""
    cleaned = "".join(typed.split()).replace(SYMBOLS.get(currency, currency), "").replace(currency, "")
    if language.startswith("fr") and "." not in cleaned:
        cleaned = cleaned.replace(",", ".")
    return parse_amount(cleaned, currency)


def typed(amount: int, currency: str) -> str:
    """An amount as a form shows it to be changed: `1234.50`, read back the same in every language."""
    return format_amount(amount, currency).replace(",", "")


def example(currency: str, *, language: str = "en") -> str:
    """How an amount of this currency is written: `1,250.50`, `1,250`, `1,250.500`."""
    _, whole, minor, _ = parts(12505 * 10 ** (MINOR_DIGITS[currency] + 1) // 100, currency, language=language)
    return whole + minor


def in_order(currencies: Iterable[str]) -> list[str]:
    """Each once, the main one first."""
    return sorted(set(currencies), key=lambda code: (code != MAIN, code))
