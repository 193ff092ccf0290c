"""Tables to take along: CSV (RFC 4180), streamed page by page."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse

from arhan.kernel.money import format_amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
"""So that spreadsheet programs read names and narrations as UTF-8."""


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A file to save; cells a spreadsheet would take for a formula are made text (CWE-1236)."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def amount_cell(amount: int, currency: str) -> str:
    """An amount as programs read it: no grouping, a point, all minor digits."""
    return format_amount(amount, currency).replace(",", "")


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line([_cell(value) for value in row])


def _line(cells: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _cell(value: object) -> str:
    text = str(value)
    is_number = text.replace(".", "", 1).lstrip("-").isdigit()
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not is_number else text
