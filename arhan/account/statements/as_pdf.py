"""PDF, for people: made by fpdf2 a piece at a time (kernel/paper.py), the pieces joined by pypdf.

Every page but the last has ROWS entries, begins with the balance brought forward and ends with the one
carried forward.
"""

# ruff: noqa: PLC0415 - the libraries are large, and few processes ever make a PDF

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from arhan.account.statements.statement import BANK_NAME, PIECE, Format
from arhan.kernel import paper
from arhan.kernel.money import format_amount, format_money
from arhan.kernel.paper import ROW, SIZE, legible, write, write_two_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fpdf import FPDF

    from arhan.account.statements.statement import Line, Statement

ROWS = 40
assert PIECE % ROWS == 0, "a piece ends where a page ends"
MARGIN, TOP = 8, 34
"""Millimetres: to the left, to the first row."""
WIDTHS = (12, 15, 15, 73, 25, 25, 29)
TITLES = ("No.", "Booked", "Value", "What", "Out", "In", "Balance")


def head(_told: Statement) -> bytes:
    """Nothing: every piece is a document."""
    return b""


def body(told: Statement, lines: Sequence[Line], before: int) -> bytes:
    """The pages of these lines."""
    made = _document(told, lines)
    for start in range(0, len(lines), ROWS):
        _page(made, told, lines[start : start + ROWS], number=(before + start) // ROWS)
    return bytes(made.output())


def tail(told: Statement) -> bytes:
    """The only page of a period without entries."""
    if told.count:
        return b""
    made = _document(told, ())
    _page(made, told, (), number=0)
    return bytes(made.output())


def join(pieces: Iterable[bytes]) -> bytes:
    """One document of all pieces, with the names of the first."""
    from pypdf import PdfReader, PdfWriter

    whole, out = PdfWriter(), io.BytesIO()
    for piece in filter(None, pieces):
        found = PdfReader(io.BytesIO(piece))
        if not whole.pages:
            whole.add_metadata({name: str(told) for name, told in (found.metadata or {}).items()})
        whole.append(found, import_outline=False)
    whole.write(out)
    return out.getvalue()


FORMAT = Format("application/pdf", "pdf", head, body, tail, join, most_lines=100_000)


def _document(told: Statement, lines: Sequence[Line]) -> FPDF:
    """An empty document with the letters that these lines need."""
    return paper.document(
        title=f"{BANK_NAME}: statement of account {told.number}",
        made_at=told.made_at,
        texts={told.holder, *(line.narration for line in lines)},
    )


def _count_pages(told: Statement) -> int:
    return max(1, -(-told.count // ROWS))


def _page(made: FPDF, told: Statement, lines: Sequence[Line], *, number: int) -> None:
    made.add_page()
    _heading(made, told)
    is_first, is_last = number == 0, number + 1 == _count_pages(told)
    opening = lines[0].balance - lines[0].change if lines else told.opening
    closing = lines[-1].balance if lines else told.closing
    _balance(made, "Opening balance" if is_first else "Brought forward", opening, told.currency, TOP)
    for place, line in enumerate(lines, start=1):
        _row(made, line, told.currency, TOP + place * ROW)
    end = TOP + (len(lines) + 1) * ROW
    _balance(made, "Closing balance" if is_last else "Carried forward", closing, told.currency, end)
    write(made, f"Page {number + 1} of {_count_pages(told)}", MARGIN, 287, width=sum(WIDTHS), right=True)


def _heading(made: FPDF, told: Statement) -> None:
    number = f"Statement no. {told.legal_number}" if told.legal_number else "Extract"
    width = sum(WIDTHS)
    made.set_font(size=13)
    write(made, BANK_NAME, MARGIN, 9, width=width)
    made.set_font(size=8)
    write(made, f"{legible(told.holder)}   account {told.number}", MARGIN, 16, width=width)
    write(made, f"{number}   {told.since} to {told.until}   {told.currency}", MARGIN, 21, width=width)
    made.set_font(size=SIZE)
    at = float(MARGIN)
    for width, title in zip(WIDTHS, TITLES, strict=True):
        write(made, title, at, 27, width=width, right=title in TITLES[4:])
        at += width
    made.line(MARGIN, 32, MARGIN + sum(WIDTHS), 32)


def _row(made: FPDF, line: Line, currency: str, y: float) -> None:
    amount = format_amount(abs(line.change), currency)
    what = " ".join(legible(f"{line.kind.replace('_', ' ')} {line.narration}").split())
    cells = (
        str(line.number),
        str(line.booking_date),
        str(line.value_date),
        "",
        amount if line.change < 0 else "",
        amount if line.change > 0 else "",
        format_amount(line.balance, currency),
    )
    at = float(MARGIN)
    for place, (width, text) in enumerate(zip(WIDTHS, cells, strict=True)):
        if place == TITLES.index("What"):
            write_two_lines(made, what, at, y, width=width - 2)
        elif text:
            write(made, text, at, y, width=width - 1, right=place > TITLES.index("What"))
        at += width


def _balance(made: FPDF, title: str, amount: int, currency: str, y: float) -> None:
    write(made, title, MARGIN + sum(WIDTHS[:3]), y, width=WIDTHS[3])
    width = sum(WIDTHS[4:]) - 1
    write(made, format_money(amount, currency), MARGIN + sum(WIDTHS[:4]), y, width=width, right=True)
