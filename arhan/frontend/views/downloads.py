"""What a browser takes along: tables as CSV (RFC 4180) and as PDF, and documents of loans."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, StreamingHttpResponse

from arhan.frontend import bank
from arhan.frontend.service.asking import ask, fetch
from arhan.frontend.tables.paper import as_pdf
from arhan.frontend.tables.table import for_programs
from arhan.frontend.views.access import visitor_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpResponseBase

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.tables.table import Table

PICTURES = {"image/jpeg", "image/png"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MOST_CHOSEN = 200
"""Characters of filters that a PDF repeats."""
BYTE_ORDER_MARK = "\ufeff"
"""So that spreadsheet programs read names and narrations as UTF-8."""


def take_along(request: PageRequest, table: Table, form: str) -> HttpResponseBase:
    """A table as a file to save: `csv`, every row, streamed page by page; or `pdf`, the first of them.

    The first row is asked for before anything is answered, so that a refusal is a page and no broken file.
    """
    rows = iter(table.rows)
    table = replace(table, rows=chain(list(islice(rows, 1)), rows))
    response: HttpResponseBase = (
        HttpResponse(as_pdf(table, chosen=_chosen(request)), content_type="application/pdf")
        if form == "pdf"
        else StreamingHttpResponse(_lines(table), content_type="text/csv; charset=utf-8")
    )
    response["Content-Disposition"] = f'attachment; filename="arhan-{table.name}.{form}"'
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


def _chosen(request: PageRequest) -> str:
    """What was filtered for, as the address says it."""
    chosen = [f"{name}: {value}" for name, value in request.GET.items() if value and name != "after"]
    return ", ".join(chosen)[:MOST_CHOSEN]


def _lines(table: Table) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line([column.name for column in table.columns])
    for row in table.rows:
        yield _line([_harmless(for_programs(cell)) for cell in row])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _harmless(text: str) -> str:
    """What a spreadsheet would take for a formula is made text (CWE-1236)."""
    is_number = text.replace(".", "", 1).lstrip("-").isdigit()
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not is_number else text
