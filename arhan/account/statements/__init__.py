"""A statement of an account, and the formats it is handed out in. Pure: text and bytes from values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.statements import as_camt053, as_csv, as_mt940, as_ofx, as_pdf
from arhan.account.statements.statement import Line, Statement

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, tuple[str, str, Callable[[Statement], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", "csv", as_csv.render),
    "pdf": ("application/pdf", "pdf", as_pdf.render),
    "ofx": ("application/x-ofx", "ofx", as_ofx.render),
    "camt053": ("application/xml", "xml", as_camt053.render),
    "mt940": ("text/plain; charset=us-ascii", "sta", as_mt940.render),
}
"""Name -> media type, ending of the file's name, and how it is made."""

__all__ = ["FORMATS", "Line", "Statement"]
