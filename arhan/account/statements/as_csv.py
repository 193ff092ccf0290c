"""CSV (RFC 4180), for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from arhan.account.statements.statement import decimal

if TYPE_CHECKING:
    from arhan.account.statements.statement import Statement

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


def render(statement: Statement) -> bytes:
    """A header, the opening balance, a row for each entry, the closing balance."""
    out = io.StringIO()
    writer = csv.writer(out)
    currency = statement.currency
    writer.writerow(COLUMNS)
    writer.writerow(_balance("opening_balance", statement, statement.opening))
    for line in statement.lines:
        amount = decimal(abs(line.change), currency)
        writer.writerow(
            (
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
        )
    writer.writerow(_balance("closing_balance", statement, statement.closing))
    return out.getvalue().encode()


def _balance(kind: str, statement: Statement, amount: int) -> tuple[object, ...]:
    day = statement.since if kind == "opening_balance" else statement.until
    shown = decimal(amount, statement.currency)
    return ("", day, day, kind, "", "", "", shown, statement.currency, "")


def _harmless(text: str) -> str:
    """No spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
