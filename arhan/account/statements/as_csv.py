"""CSV (RFC 4180), for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from arhan.account.statements.statement import Format, decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arhan.account.statements.statement import Line, Statement

COLUMNS = (
    "number",
    "booking_date",
    "value_date",
    "kind",
    "narration",
    "debit",
    "credit",
    "balance",
    "currency",
    "movement",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def head(told: Statement) -> bytes:
    """The names of the columns, and the opening balance."""
    return _rows([COLUMNS, _balance("opening_balance", told, told.opening)])


def body(told: Statement, lines: Sequence[Line], _before: int) -> bytes:
    """A row for each entry."""
    return _rows(_row(line, told.currency) for line in lines)


def tail(told: Statement) -> bytes:
    """The closing balance."""
    return _rows([_balance("closing_balance", told, told.closing)])


FORMAT = Format("text/csv; charset=utf-8", "csv", head, body, tail)


def _rows(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _row(line: Line, currency: str) -> tuple[object, ...]:
    amount = decimal(abs(line.change), currency)
    return (
        line.number,
        line.booking_date,
        line.value_date,
        line.kind,
        _harmless(line.narration),
        amount if line.change < 0 else "",
        amount if line.change > 0 else "",
        decimal(line.balance, currency),
        currency,
        line.movement,
    )


def _balance(kind: str, told: Statement, amount: int) -> tuple[object, ...]:
    day = told.since if kind == "opening_balance" else told.until
    return ("", day, day, kind, "", "", "", decimal(amount, told.currency), told.currency, "")


def _harmless(text: str) -> str:
    """No spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
