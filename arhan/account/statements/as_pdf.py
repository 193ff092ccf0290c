"""PDF, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from arhan.account.statements.statement import BANK_NAME, plain
from arhan.kernel.money import format_amount, format_money

if TYPE_CHECKING:
    from arhan.account.statements.statement import Line, Statement

WIDTHS = (22, 22, 74, 26, 26, 20)
TITLES = ("Booked", "Value", "What", "Out", "In", "No.")
_ROW = 5.5


class _Page(FPDF):
    """A4 with a header that repeats and pages that are numbered."""

    def __init__(self, statement: Statement) -> None:
        super().__init__(format="A4")
        self.statement = statement
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(f"{BANK_NAME}: statement of account {statement.number}")
        self.set_creation_date(statement.made_at)
        self.alias_nb_pages()

    def header(self) -> None:
        """Whose statement it is, and the columns."""
        self.set_font("Helvetica", "B", 14)
        self.cell(0, 8, BANK_NAME, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font("Helvetica", "", 9)
        told = self.statement
        number = f"No. {told.legal_number}" if told.legal_number else "Extract"
        self.cell(
            0,
            5,
            _text(f"{number}   {told.since} to {told.until}   {told.currency}"),
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.cell(0, 5, _text(f"{told.holder}   account {told.number}"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)
        self.set_font("Helvetica", "B", 8)
        for width, title in zip(WIDTHS, TITLES, strict=True):
            self.cell(width, _ROW, title, border="B", align="R" if title in {"Out", "In"} else "L")
        self.ln()

    def footer(self) -> None:
        """Which page of how many."""
        self.set_y(-12)
        self.set_font("Helvetica", "", 8)
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}", align="C")


def render(statement: Statement) -> bytes:
    """Opening balance, a row for each entry with the balance after it, closing balance."""
    page = _Page(statement)
    page.add_page()
    _balance(page, "Opening balance", statement.opening, statement.currency)
    page.set_font("Helvetica", "", 8)
    for line in statement.lines:
        _row(page, line, statement.currency)
    _balance(page, "Closing balance", statement.closing, statement.currency)
    return bytes(page.output())


def _row(page: _Page, line: Line, currency: str) -> None:
    amount = format_amount(abs(line.change), currency)
    what = f"{line.kind.replace('_', ' ')}  {line.narration}"
    balance = f"= {format_amount(line.balance, currency)}"
    cells = (
        str(line.booking_date),
        str(line.value_date),
        _fit(page, what, WIDTHS[2]),
        amount if line.change < 0 else "",
        amount if line.change > 0 else "",
        str(line.number),
    )
    for width, text, align in zip(WIDTHS, cells, "LLLRRL", strict=True):
        page.cell(width, _ROW, text, align=align)
    page.ln()
    page.cell(sum(WIDTHS[:5]), _ROW - 1, balance, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _balance(page: _Page, title: str, amount: int, currency: str) -> None:
    page.set_font("Helvetica", "B", 9)
    page.cell(sum(WIDTHS[:3]), _ROW + 1, title)
    page.cell(
        sum(WIDTHS[3:5]),
        _ROW + 1,
        format_money(amount, currency),
        align="R",
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )


def _fit(page: _Page, text: str, width: float) -> str:
    text = _text(" ".join(text.split()))
    while text and page.get_string_width(text) > width - 2:
        text = text[:-1]
    return text


def _text(text: str) -> str:
    return plain(text, encoding="latin-1")
