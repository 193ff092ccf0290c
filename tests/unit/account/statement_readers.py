"""Statements read back by programs that are not ours: what each format says, as one thing."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import mt940
from lxml import etree
from ofxtools.Parser import OFXTree
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from pypdf import PageObject

SCHEMA = etree.XMLSchema(file=Path(__file__).parents[2] / "schemas" / "camt.053.001.08.xsd")
CAMT = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
NUMBER, INTO = 22.68, 419.0
"""On a page of the PDF: where an entry's number stands, and where the column of what came in begins."""


@dataclass(frozen=True)
class Read:
    """What a statement says. None where a format has no place for it."""

    opening: Decimal | None
    closing: Decimal
    changes: list[Decimal]
    booked: list[date]
    texts: list[str]
    numbers: list[int] | None = None
    balances: list[Decimal] | None = None
    """After each line, where the format has that."""


def read_csv(content: bytes) -> Read:
    opening, *rows, closing = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return Read(
        Decimal(opening["balance"]),
        Decimal(closing["balance"]),
        [Decimal(row["credit"] or 0) - Decimal(row["debit"] or 0) for row in rows],
        [date.fromisoformat(row["booking_date"]) for row in rows],
        [row["narration"] for row in rows],
        [int(row["number"]) for row in rows],
        [Decimal(row["balance"]) for row in rows],
    )


def read_ofx(content: bytes) -> Read:
    tree = OFXTree()
    tree.parse(io.BytesIO(content))
    (found,) = tree.convert().statements
    entries = list(found.transactions)
    return Read(
        None,
        found.ledgerbal.balamt,
        [entry.trnamt for entry in entries],
        [entry.dtposted.date() for entry in entries],
        [entry.memo or "" for entry in entries],
        [int(entry.fitid.rsplit("-", 1)[1]) for entry in entries],
    )


def read_mt940(content: bytes) -> Read:
    found = mt940.parse(content.decode("ascii"))
    entries = list(found.transactions)
    return Read(
        found.data["final_opening_balance"].amount.amount,
        found.data["final_closing_balance"].amount.amount,
        [entry.data["amount"].amount for entry in entries],
        [entry.data["entry_date"] for entry in entries],
        [entry.data.get("transaction_details", "").replace("\n", "") for entry in entries],
        [int(entry.data["bank_reference"]) for entry in entries],
    )


def read_camt053(content: bytes) -> Read:
    """Only what ISO's schema allows is read at all."""
    document = etree.fromstring(content)
    SCHEMA.assertValid(document)
    balances = {
        told.findtext("c:Tp/c:CdOrPrtry/c:Cd", namespaces=CAMT): _signed(told)
        for told in document.iterfind(".//c:Bal", CAMT)
    }
    entries = document.findall(".//c:Ntry", CAMT)
    return Read(
        balances["OPBD"],
        balances["CLBD"],
        [_signed(entry) for entry in entries],
        [date.fromisoformat(_text(entry, "c:BookgDt/c:Dt")) for entry in entries],
        [_text(entry, "c:AddtlNtryInf") for entry in entries],
        [int(_text(entry, "c:NtryRef")) for entry in entries],
    )


def read_pdf(content: bytes) -> Read:
    """Every row as a person reads it; pages follow each other, and each goes on with the balance before."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    pages = [_read_page(page) for page in reader.pages]
    assert [page.foot for page in pages] == [f"Page {n + 1} of {len(pages)}" for n in range(len(pages))]
    titles = [(page.first, page.last) for page in pages]
    assert [first for first, _ in titles] == ["Opening balance", *["Brought forward"] * (len(pages) - 1)]
    assert [last for _, last in titles] == [*["Carried forward"] * (len(pages) - 1), "Closing balance"]
    assert all(one.after == two.before for one, two in pairwise(pages)), "each page goes on where one ended"
    rows = [row for page in pages for row in page.rows]
    return Read(
        pages[0].before,
        pages[-1].after,
        [row.change for row in rows],
        [row.booked for row in rows],
        [row.text for row in rows],
        [row.number for row in rows],
        [row.balance for row in rows],
    )


@dataclass(frozen=True)
class _Row:
    number: int
    booked: date
    text: str
    change: Decimal
    balance: Decimal


@dataclass(frozen=True)
class _Page:
    first: str
    before: Decimal
    rows: list[_Row]
    last: str
    after: Decimal
    foot: str


def _read_page(page: PageObject) -> _Page:
    """Pieces of text, each where it stands."""
    written: list[tuple[float, str]] = []
    page.extract_text(
        visitor_text=lambda text, _cm, tm, *_: written.append((tm[4], _clean(text))) if _clean(text) else None
    )
    titles = [text for _, text in written].index("Balance")
    (_, first), (_, before), *middle, (_, last), (_, after), (_, foot) = written[titles + 1 :]
    begins = [place for place, (x, _) in enumerate(middle) if abs(x - NUMBER) < 0.1] + [len(middle)]
    rows = [_read_row(middle[begin:end]) for begin, end in pairwise(begins)]
    return _Page(first, _money(before), rows, last, _money(after), foot)


def _read_row(written: list[tuple[float, str]]) -> _Row:
    (_, number), (_, booked), (_, _), *what, (x, amount), (_, balance) = written
    change = _money(amount)
    is_out = x < INTO
    return _Row(
        int(number),
        date.fromisoformat(booked),
        " ".join(text for _, text in what),
        -change if is_out else change,
        _money(balance),
    )


def _clean(text: str) -> str:
    """pypdf reads a letter of the second font as two, of which the first is none."""
    return text.replace("\0", "").strip()


def _money(text: str) -> Decimal:
    return Decimal(text.rsplit(" ", maxsplit=1)[-1].replace(",", ""))


def _signed(found: etree._Element) -> Decimal:
    amount = Decimal(_text(found, "c:Amt"))
    return -amount if _text(found, "c:CdtDbtInd") == "DBIT" else amount


def _text(found: etree._Element, path: str) -> str:
    return str(found.findtext(path, default="", namespaces=CAMT))


READERS: dict[str, Callable[[bytes], Read]] = {
    "csv": read_csv,
    "pdf": read_pdf,
    "ofx": read_ofx,
    "camt053": read_camt053,
    "mt940": read_mt940,
}
