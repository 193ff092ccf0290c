"""What a statement says, whatever the format; and the pieces a file of any length is made of."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.kernel.money import MINOR_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

BANK_NAME = "Arhan Bank"
BIC = "ARHNNGLA"
PIECE = 2_000
"""Lines of a piece; all but the last have as many."""


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
    """An account in a period: from the opening balance, line by line, to the closing one.

    The lines come beside it, piece by piece: nobody holds all of a long statement at once.
    """

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
    count: int
    """How many lines it has."""
    made_at: datetime

    @property
    def name(self) -> str:
        """What its file is called, without an ending."""
        return f"statement-{self.number}-{self.since:%Y%m%d}-{self.until:%Y%m%d}"

    @property
    def reference(self) -> str:
        """At most 16 characters that name it among the account's."""
        return f"ST{self.legal_number:06d}" if self.legal_number else f"EX{self.until:%y%m%d}"


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is made: its beginning, its lines PIECE by PIECE, its end."""

    media_type: str
    ending: str
    """Of the file's name."""
    head: Callable[[Statement], bytes]
    body: Callable[[Statement, Sequence[Line], int], bytes]
    """Of these lines, after so many that were there before."""
    tail: Callable[[Statement], bytes]
    join: Callable[[Iterable[bytes]], bytes] | None = None
    """Makes one document of pieces that are each one; without it they just follow each other."""
    most_lines: int = 1_000_000

    def make(self, told: Statement, pieces: Iterable[Sequence[Line]]) -> Iterator[bytes]:
        """The whole file, piece by piece where the format lets us."""
        made = self._pieces(told, pieces)
        return iter([self.join(made)]) if self.join else made

    def _pieces(self, told: Statement, pieces: Iterable[Sequence[Line]]) -> Iterator[bytes]:
        before = 0
        yield self.head(told)
        for lines in pieces:
            yield self.body(told, lines, before)
            before += len(lines)
        yield self.tail(told)


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
