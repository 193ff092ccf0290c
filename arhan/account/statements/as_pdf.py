"""PDF, for people: made by fpdf2 a piece at a time, the pieces joined by pypdf.

Every page but the last has ROWS entries, begins with the balance brought forward and ends with the one
carried forward. Letters are DejaVu Sans Mono (free, Bitstream Vera's licence; in python-barcode), and where
it has none, Japanese, Chinese and Korean, Noto Sans CJK (SIL OFL 1.1); only those that are used are embedded.
The libraries are loaded when the first PDF is made: processes that make none stay small.
"""

# ruff: noqa: PLC0415 - the libraries are large, and few processes ever make a PDF

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from arhan.account.statements.statement import BANK_NAME, PIECE, Format, legible
from arhan.kernel.money import format_amount, format_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fpdf import FPDF

    from arhan.account.statements.statement import Line, Statement

ROWS = 40
assert PIECE % ROWS == 0, "a piece ends where a page ends"
FONT, OTHERS = "letters", "other letters"
SIZE = 6.0
NARROWEST = 60
"""Percent to which letters are narrowed where a text is long."""
MARGIN, TOP, ROW, LEADING = 8, 34, 6, 2.5
"""Millimetres: to the left, to the first row, a row, a line of its text."""
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
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    made = FPDF(format="A4")
    made.set_auto_page_break(auto=False)
    made.c_margin = 0
    made.set_title(f"{BANK_NAME}: statement of account {told.number}")
    made.set_creation_date(told.made_at)
    made.add_font(FONT, fname=_file("barcode", "fonts/DejaVuSansMono.ttf"))
    letters = made.fonts[FONT]
    assert isinstance(letters, TTFFont)
    known = letters.cmap
    texts = {told.holder, *(line.narration for line in lines)}
    if any(ord(character) not in known for text in texts for character in legible(text)):
        made.add_font(OTHERS, fname=_file("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"))
        made.set_fallback_fonts([OTHERS], exact_match=False)
    made.set_font(FONT, size=SIZE)
    return made


def _file(package: str, name: str) -> Path:
    """A file of an installed package, without importing it."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / name


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
    _write(made, f"Page {number + 1} of {_count_pages(told)}", MARGIN, 287, width=sum(WIDTHS), right=True)


def _heading(made: FPDF, told: Statement) -> None:
    number = f"Statement no. {told.legal_number}" if told.legal_number else "Extract"
    width = sum(WIDTHS)
    made.set_font(size=13)
    _write(made, BANK_NAME, MARGIN, 9, width=width)
    made.set_font(size=8)
    _write(made, f"{legible(told.holder)}   account {told.number}", MARGIN, 16, width=width)
    _write(made, f"{number}   {told.since} to {told.until}   {told.currency}", MARGIN, 21, width=width)
    made.set_font(size=SIZE)
    at = float(MARGIN)
    for width, title in zip(WIDTHS, TITLES, strict=True):
        _write(made, title, at, 27, width=width, right=title in TITLES[4:])
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
            _what(made, what, at, y, width - 2)
        elif text:
            _write(made, text, at, y, width=width - 1, right=place > TITLES.index("What"))
        at += width


def _balance(made: FPDF, title: str, amount: int, currency: str, y: float) -> None:
    _write(made, title, MARGIN + sum(WIDTHS[:3]), y, width=WIDTHS[3])
    width = sum(WIDTHS[4:]) - 1
    _write(made, format_money(amount, currency), MARGIN + sum(WIDTHS[:4]), y, width=width, right=True)


def _what(made: FPDF, text: str, x: float, y: float, width: float) -> None:
    """Two lines, narrowed where that is not enough; what does not fit then ends with dots."""
    whole = made.get_string_width(text)
    percent = 100.0 if whole <= width else max(NARROWEST, min(100.0, 190 * width / whole))
    made.set_stretching(percent)
    first, rest = _break(made, text, width)
    second, lost = _break(made, rest, width)
    if lost:
        second = f"{second[:-3].rstrip()}..."
    _put(made, first, x, y - (LEADING / 2 if second else 0))
    if second:
        _put(made, second, x, y + LEADING / 2)
    made.set_stretching(100)


def _break(made: FPDF, text: str, width: float) -> tuple[str, str]:
    """What fits in a line, up to a space where there is one, and the rest."""
    if made.get_string_width(text) <= width:
        return text, ""
    end = next(n for n in range(1, len(text) + 1) if made.get_string_width(text[:n]) > width) - 1
    space = text.rfind(" ", 0, end + 1)
    end = space if space > end // 2 else max(end, 1)
    return text[:end], text[end:].lstrip()


def _write(made: FPDF, text: str, x: float, y: float, *, width: float, right: bool = False) -> None:
    """One line, narrowed so that it fits: an amount is never cut."""
    whole = made.get_string_width(text)
    if whole > width:
        made.set_stretching(100 * width / whole)
        whole = width
    _put(made, text, x + width - whole if right else x, y)
    made.set_stretching(100)


def _put(made: FPDF, text: str, x: float, y: float) -> None:
    made.set_xy(x, y)
    made.cell(h=ROW, text=text)
