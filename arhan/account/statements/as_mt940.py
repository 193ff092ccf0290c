"""SWIFT MT940, the customer statement message (block 4 of it)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arhan.account.statements.statement import Format, decimal, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from arhan.account.statements.statement import Line, Statement

_NOT_SWIFT = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What is outside of SWIFT's character set X."""
WIDTH, ROWS = 65, 6


def head(told: Statement) -> bytes:
    """Whose statement it is, and the opening balance."""
    return _block(
        [
            f":20:{told.reference}",
            f":25:{_account(told)}",
            f":28C:{told.legal_number % 100_000:05d}/001",
            f":60F:{_balance(told.opening, told.since, told.currency)}",
        ]
    )


def body(told: Statement, lines: Sequence[Line], _before: int) -> bytes:
    """A 61 and an 86 for each entry."""
    return _block(field for line in lines for field in _fields(line, told.currency))


def tail(told: Statement) -> bytes:
    """The closing balance, and the end of the block."""
    return _block([f":62F:{_balance(told.closing, told.until, told.currency)}", "-"])


FORMAT = Format("text/plain; charset=us-ascii", "sta", head, body, tail)


def _block(fields: Iterable[str]) -> bytes:
    return "".join(f"{field}\r\n" for field in fields).encode("ascii")


def _account(told: Statement) -> str:
    """35 characters of the alphabet; the bank's own accounts have names instead of numbers."""
    return _NOT_SWIFT.sub("-", f"{told.bank_code}/{told.number}")[:35]


def _fields(line: Line, currency: str) -> Iterator[str]:
    yield f":61:{_line(line, currency)}"
    yield ":86:" + "\r\n".join(_narration(line))


def _balance(amount: int, day: date, currency: str) -> str:
    return f"{'D' if amount < 0 else 'C'}{day:%y%m%d}{currency}{_amount(abs(amount), currency)}"


def _amount(amount: int, currency: str) -> str:
    """The comma is always there, also where no digits follow it."""
    text = decimal(amount, currency, point=",")
    return text if "," in text else f"{text},"


def _line(line: Line, currency: str) -> str:
    side = "C" if line.change > 0 else "D"
    amount = _amount(abs(line.change), currency)
    return f"{line.value_date:%y%m%d}{line.booking_date:%m%d}{side}{amount}NTRFNONREF//{line.number:016d}"


def _narration(line: Line) -> list[str]:
    """Six rows of 65 at most; none begins like a field."""
    text = _NOT_SWIFT.sub(
        ".", plain(f"{line.kind} {line.narration}".strip().replace("_", " "), encoding="ascii")
    )
    rows = [text[start : start + WIDTH] for start in range(0, min(len(text), WIDTH * ROWS), WIDTH)]
    return [f".{row[1:]}" if row[0] in ":-" else row for row in rows]
