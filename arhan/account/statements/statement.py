"""What a statement says, whatever the format."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.kernel.money import MINOR_DIGITS

if TYPE_CHECKING:
    from datetime import date, datetime

BANK_NAME = "Arhan Bank"
BIC = "ARHNNGLA"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: what changed, when, and what it left."""

    number: int
    movement: str
    kind: str
    change: int
    """Credits minus debits, in minor units."""
    balance: int
    booking_date: date
    value_date: date
    narration: str


@dataclass(frozen=True, slots=True)
class Statement:
    """An account in a period: from the opening balance, line by line, to the closing one."""

    bank_code: str
    account: str
    number: str
    """Ten digits."""
    kind: str
    holder: str
    currency: str
    since: date
    until: date
    legal_number: int
    """Gapless for each account; 0 for an extract that was asked for."""
    opening: int
    closing: int
    lines: tuple[Line, ...]
    made_at: datetime

    @property
    def name(self) -> str:
        """What its file is called, without an ending."""
        return f"statement-{self.number}-{self.since:%Y%m%d}-{self.until:%Y%m%d}"

    @property
    def reference(self) -> str:
        """At most 16 characters that name it among the account's."""
        return f"ST{self.legal_number:06d}" if self.legal_number else f"EX{self.until:%y%m%d}"


def decimal(amount: int, currency: str, *, point: str = ".") -> str:
    """Minor units as programs read them: 123450 NGN -> `1234.50`, 5 JPY -> `5`."""
    digits = MINOR_DIGITS[currency]
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**digits)
    return f"{sign}{whole}{point}{part:0{digits}d}" if digits else f"{sign}{whole}"


def plain(text: str, *, encoding: str) -> str:
    """The text in an alphabet that has less: marks on letters go, what remains is a question mark."""
    if text.isascii():
        return text
    kept = []
    for character in text:
        try:
            character.encode(encoding)
            kept.append(character)
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFKD", character)[0]
            kept.append(base if base.isascii() else "?")
    return "".join(kept)
