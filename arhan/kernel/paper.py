"""Letters on pages, for PDFs: fpdf2 with fonts that have every name's letters.

Letters are DejaVu Sans Mono (free, Bitstream Vera's licence; in python-barcode), and where it has none,
Japanese, Chinese and Korean, Noto Sans CJK (SIL OFL 1.1); only those that are used are embedded.
The libraries are loaded when the first PDF is made: processes that make none stay small.
"""

# ruff: noqa: PLC0415 - the libraries are large, and few processes ever make a PDF

from __future__ import annotations

import logging
import unicodedata
from bisect import bisect_right
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from fpdf import FPDF

FONT, OTHERS = "letters", "other letters"
SIZE = 6.0
NARROWEST = 60
"""Percent to which letters are narrowed where a text is long."""
ROW, LEADING = 6, 2.5
"""Millimetres: a row, a line of its text."""
_UNSPEAKABLE = {"Cc", "Cs", "Cn", "Zl", "Zp"}
"""Unicode's categories of what is no character to read: controls, halves of pairs, unassigned, line ends."""


def legible(text: str) -> str:
    """The text without what XML and printers do not take: control characters become spaces (XML 1.0, 2.2)."""
    return text if text.isprintable() else "".join(map(_legible, text))


def document(
    *,
    title: str,
    made_at: datetime,
    texts: Iterable[str],
    orientation: Literal["portrait", "landscape"] = "portrait",
) -> FPDF:
    """An empty document of A4 pages, with the letters that these texts need; fontTools tells of no glyphs."""
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    made = FPDF(orientation=orientation, format="A4")
    made.set_auto_page_break(auto=False)
    made.c_margin = 0
    made.set_title(title)
    made.set_creation_date(made_at)
    made.add_font(FONT, fname=_file("barcode", "fonts/DejaVuSansMono.ttf"))
    letters = made.fonts[FONT]
    assert isinstance(letters, TTFFont)
    known = letters.cmap
    if any(ord(character) not in known for text in texts for character in legible(text)):
        made.add_font(OTHERS, fname=_file("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"))
        made.set_fallback_fonts([OTHERS], exact_match=False)
    made.set_font(FONT, size=SIZE)
    return made


def write(made: FPDF, text: str, x: float, y: float, *, width: float, right: bool = False) -> None:
    """One line, narrowed so that it fits: an amount is never cut."""
    whole = made.get_string_width(text)
    if whole > width:
        made.set_stretching(100 * width / whole)
        whole = width
    _put(made, text, x + width - whole if right else x, y)
    made.set_stretching(100)


def write_two_lines(made: FPDF, text: str, x: float, y: float, *, width: float) -> None:
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


def _legible(character: str) -> str:
    return " " if unicodedata.category(character) in _UNSPEAKABLE else character


def _file(package: str, name: str) -> Path:
    """A file of an installed package, without importing it."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / name


def _break(made: FPDF, text: str, width: float) -> tuple[str, str]:
    """What fits in a line, up to a space where there is one, and the rest."""
    if made.get_string_width(text) <= width:
        return text, ""
    end = bisect_right(range(len(text)), width, key=lambda n: made.get_string_width(text[:n])) - 1
    space = text.rfind(" ", 0, end + 1)
    end = space if space > end // 2 else max(end, 1)
    return text[:end], text[end:].lstrip()


def _put(made: FPDF, text: str, x: float, y: float) -> None:
    made.set_xy(x, y)
    made.cell(h=ROW, text=text)
