"""A statement of an account, and the formats it is handed out in. Pure: text and bytes from values."""

from __future__ import annotations

from arhan.account.statements import as_camt053, as_csv, as_mt940, as_ofx, as_pdf
from arhan.account.statements.statement import PIECE, Format, Line, Statement

FORMATS: dict[str, Format] = {
    "csv": as_csv.FORMAT,
    "pdf": as_pdf.FORMAT,
    "ofx": as_ofx.FORMAT,
    "camt053": as_camt053.FORMAT,
    "mt940": as_mt940.FORMAT,
}

__all__ = ["FORMATS", "PIECE", "Format", "Line", "Statement"]
