"""A table as PDF: pages of rows under the same heading, each with its number."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from arhan.frontend.tables.table import for_people
from arhan.kernel import paper
from arhan.kernel.clock import now
from arhan.kernel.paper import ROW, SIZE, legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fpdf import FPDF

    from arhan.frontend.tables.table import Table

BANK_NAME = "Arhan Bank"
MOST_ROWS = 1_000
"""More than that nobody reads on paper, and it would keep others waiting; CSV has every row."""
PER_PAGE = 27
MARGIN, TOP, WIDTH, FOOT = 8, 34, 281, 200
"""Millimetres of an A4 page laid on its side: to the left, to the first row, between margins, to the foot."""
GAP = 2


def as_pdf(table: Table, *, chosen: str = "") -> bytes:
    """The first MOST_ROWS rows; where there are more, every page says so. `chosen` is what was filtered for."""
    rows = [[_readable(for_people(cell)) for cell in row] for row in islice(table.rows, MOST_ROWS + 1)]
    is_cut, rows = len(rows) > MOST_ROWS, rows[:MOST_ROWS]
    titles = [str(column.title) for column in table.columns]
    chosen = _readable(chosen)
    made = paper.document(
        title=f"{BANK_NAME}: {table.title}",
        made_at=now(),
        texts={str(table.title), chosen, *titles, *(text for row in rows for text in row)},
        orientation="landscape",
    )
    pages = [rows[start : start + PER_PAGE] for start in range(0, len(rows), PER_PAGE)] or [[]]
    for number, some in enumerate(pages, start=1):
        made.add_page()
        _heading(made, table, chosen, titles)
        for place, row in enumerate(some):
            _row(made, table, row, TOP + place * ROW)
        _foot(made, number, len(pages), count=len(rows), is_cut=is_cut)
    return bytes(made.output())


def _readable(text: str) -> str:
    return " ".join(legible(text).split())


def _heading(made: FPDF, table: Table, chosen: str, titles: Sequence[str]) -> None:
    made.set_font(size=13)
    paper.write(made, f"{BANK_NAME} · {table.title}", MARGIN, 9, width=WIDTH)
    made.set_font(size=8)
    paper.write(made, f"{timezone.localtime(now()):%Y-%m-%d %H:%M %Z}   {chosen}", MARGIN, 17, width=WIDTH)
    made.set_font(size=SIZE)
    for column, title, (at, width) in zip(table.columns, titles, _places(table), strict=True):
        paper.write(made, title, at, 27, width=width, right=column.right)
    made.line(MARGIN, 32, MARGIN + WIDTH, 32)


def _row(made: FPDF, table: Table, row: Sequence[str], y: float) -> None:
    for column, text, (at, width) in zip(table.columns, row, _places(table), strict=True):
        if text and column.right:
            paper.write(made, text, at, y, width=width, right=True)
        elif text:
            paper.write_two_lines(made, text, at, y, width=width)


def _foot(made: FPDF, number: int, pages: int, *, count: int, is_cut: bool) -> None:
    told = _("Page %(number)s of %(pages)s") % {"number": number, "pages": pages}
    paper.write(made, told, MARGIN, FOOT, width=WIDTH, right=True)
    if is_cut:
        said = _("The first %(count)s rows; the CSV has them all.") % {"count": f"{count:,}"}
    else:
        said = _("Rows: %(count)s") % {"count": f"{count:,}"}
    paper.write(made, said, MARGIN, FOOT, width=WIDTH)


def _places(table: Table) -> list[tuple[float, float]]:
    """Where each column begins, and how wide its texts may be."""
    shares = sum(column.share for column in table.columns)
    found, at = [], float(MARGIN)
    for column in table.columns:
        width = WIDTH * column.share / shares
        found.append((at, width - GAP))
        at += width
    return found
