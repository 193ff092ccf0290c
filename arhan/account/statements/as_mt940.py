"""SWIFT MT940, the customer statement message (block 4 of it)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arhan.account.statements.statement import decimal, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arhan.account.statements.statement import Line, Statement

_NOT_SWIFT = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What is outside of SWIFT's character set X."""
WIDTH, ROWS = 65, 6


def render(statement: Statement) -> bytes:
    """One message: opening balance, a 61 and an 86 for each entry, closing balance."""
    return ("\r\n".join(_fields(statement)) + "\r\n-\r\n").encode("ascii")


def _fields(statement: Statement) -> Iterator[str]:
    yield f":20:{statement.reference}"
    yield f":25:{statement.bank_code}/{statement.number}"
    yield f":28C:{statement.legal_number % 100_000:05d}/001"
    yield f":60F:{_balance(statement.opening, statement.since, statement.currency)}"
    for line in statement.lines:
        yield f":61:{_line(line, statement.currency)}"
        yield ":86:" + "\r\n".join(_narration(line))
    yield f":62F:{_balance(statement.closing, statement.until, statement.currency)}"


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
