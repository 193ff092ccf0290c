"""What a browser takes along: tables as CSV (RFC 4180), streamed page by page, and documents of loans."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, StreamingHttpResponse

from arhan.frontend import bank
from arhan.frontend.service.asking import ask, fetch
from arhan.frontend.views.access import visitor_of
from arhan.kernel.money import format_amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from arhan.frontend.pages import PageRequest

PICTURES = {"image/jpeg", "image/png"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
"""So that spreadsheet programs read names and narrations as UTF-8."""


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A file to save; cells a spreadsheet would take for a formula are made text (CWE-1236)."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def show_document(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """A document somebody handed in: pictures in the page, anything else as a file; nothing in it can run."""
    response = HttpResponse(content, content_type=media_type)
    place = "inline" if media_type in PICTURES else "attachment"
    response["Content-Disposition"] = f'{place}; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def loan_document(request: PageRequest, loan_id: str, document_id: str) -> HttpResponse:
    """A document of a loan."""
    visitor = visitor_of(request)
    loan = ask(visitor, bank.lending.one(loan_id))
    found = next((each for each in loan.documents if each.id == document_id), None)
    if found is None:
        raise Http404
    content = fetch(visitor, bank.lending.document(loan_id, document_id))
    return show_document(content, media_type=found.media_type, name=found.id)


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
