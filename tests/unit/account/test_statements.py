"""A statement in five formats, each read back by a program that is not ours."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import mt940
import pytest
from lxml import etree
from ofxtools.Parser import OFXTree
from pyiso20022.camt.camt_053_001_08 import Document  # type: ignore[import-untyped]
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

from arhan.account.statements import FORMATS, Line, Statement
from arhan.kernel.money import MINOR_DIGITS

CURRENCIES = sorted(MINOR_DIGITS)
NARRATION = "=1+1 Ọlá's rent: 5 > 4 & <more>"


def statement(currency: str = "NGN", *, legal_number: int = 7) -> Statement:
    changes = (150_000, -25_050, -1, 999)
    balance, lines = 100_005, []
    for number, change in enumerate(changes, start=11):
        balance += change
        day = date(2026, 3, number)
        line = Line(number, f"mov_{number:026d}", "transfer", change, balance, day, day, NARRATION)
        lines.append(line)
    return Statement(
        bank_code="999",
        account="acc_1",
        number="1000000014",
        kind="current",
        holder="Ada Eze",
        currency=currency,
        since=date(2026, 3, 1),
        until=date(2026, 3, 31),
        legal_number=legal_number,
        opening=100_005,
        closing=balance,
        lines=tuple(lines),
        made_at=datetime(2026, 4, 1, 0, 5, tzinfo=UTC),
    )


def money(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-MINOR_DIGITS[currency])


def made(form: str, stated: Statement) -> bytes:
    return FORMATS[form][2](stated)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_csv_is_read_by_a_spreadsheet_and_adds_up(currency: str) -> None:
    stated = statement(currency)
    opening, *rows, closing = csv.DictReader(io.StringIO(made("csv", stated).decode()))
    balance = Decimal(opening["balance"])
    assert balance == money(stated.opening, currency)
    for row, line in zip(rows, stated.lines, strict=True):
        balance += Decimal(row["credit"] or 0) - Decimal(row["debit"] or 0)
        assert Decimal(row["balance"]) == balance == money(line.balance, currency)
        assert row["narration"] == f"'{NARRATION}", "no spreadsheet runs it"
    assert Decimal(closing["balance"]) == balance


@pytest.mark.parametrize("currency", CURRENCIES)
def test_ofx_is_read_by_ofxtools(currency: str) -> None:
    stated = statement(currency)
    tree = OFXTree()
    tree.parse(io.BytesIO(made("ofx", stated)))
    (found,) = tree.convert().statements
    assert (found.account.acctid, found.account.bankid, found.curdef) == ("1000000014", "999", currency)
    assert found.account.accttype == "CHECKING"
    assert [t.trnamt for t in found.transactions] == [money(line.change, currency) for line in stated.lines]
    assert [t.fitid for t in found.transactions] == [f"1000000014-{n}" for n in (11, 12, 13, 14)]
    assert found.transactions[0].memo == NARRATION
    assert found.transactions[0].dtposted.date() == date(2026, 3, 11)
    assert found.ledgerbal.balamt == money(stated.closing, currency)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_mt940_is_read_by_mt940(currency: str) -> None:
    stated = statement(currency)
    found = mt940.parse(made("mt940", stated).decode("ascii"))
    opening, closing = found.data["final_opening_balance"], found.data["final_closing_balance"]
    assert (opening.amount.amount, opening.amount.currency) == (money(stated.opening, currency), currency)
    assert closing.amount.amount == money(stated.closing, currency)
    amounts = [t.data["amount"].amount for t in found]
    assert amounts == [money(line.change, currency) for line in stated.lines]
    assert sum(amounts) == closing.amount.amount - opening.amount.amount
    assert found.data["account_identification"] == "999/1000000014"
    assert found[0].data["date"] == date(2026, 3, 11)
    assert found[0].data["transaction_details"] == "transfer .1+1 Ola's rent: 5 . 4 . .more."


def test_mt940_keeps_to_its_alphabet_and_its_widths() -> None:
    lines = made("mt940", statement()).decode("ascii").split("\r\n")
    assert max(len(line.removeprefix(":86:")) for line in lines) <= 65
    assert not [line for line in lines[1:-2] if line.startswith("-")]


@pytest.mark.parametrize("currency", CURRENCIES)
def test_camt_053_is_what_the_schema_of_iso_20022_says(currency: str) -> None:
    """Read strictly into classes made from ISO's schema, written again in its order, it is the same."""
    stated = statement(currency)
    content = made("camt053", stated)
    document = XmlParser().from_bytes(content, Document)
    body = document.bk_to_cstmr_stmt.stmt[0]
    assert (body.lgl_seq_nb, body.acct.ccy) == (7, currency)
    balances = {b.tp.cd_or_prtry.cd: signed(b) for b in body.bal}
    assert balances == {"OPBD": money(stated.opening, currency), "CLBD": money(stated.closing, currency)}
    assert [signed(entry) for entry in body.ntry] == [money(line.change, currency) for line in stated.lines]
    assert sum(map(signed, body.ntry)) == balances["CLBD"] - balances["OPBD"]
    assert body.ntry[0].addtl_ntry_inf == NARRATION
    again = XmlSerializer().render(document, ns_map={None: "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"})
    assert names(again.encode()) == names(content), "every element stands where the schema has it"


def signed(found: Any) -> Decimal:
    return -found.amt.value if found.cdt_dbt_ind.value == "DBIT" else Decimal(found.amt.value)


def names(content: bytes) -> list[str]:
    return [element.tag for element in etree.fromstring(content).iter()]


def test_an_extract_has_no_legal_number() -> None:
    assert b"LglSeqNb" not in made("camt053", statement(legal_number=0))
    assert b"<LglSeqNb>7</LglSeqNb>" in made("camt053", statement())


@pytest.mark.parametrize("currency", CURRENCIES)
def test_pdf_is_a_whole_document_of_several_pages_if_need_be(currency: str) -> None:
    stated = statement(currency)
    many = Statement(
        **{name: getattr(stated, name) for name in Statement.__slots__} | {"lines": stated.lines * 40}
    )
    for made_of, pages in ((stated, 1), (many, 7)):
        content = made("pdf", made_of)
        assert content.startswith(b"%PDF-")
        assert b"%%EOF" in content[-10:]
        assert content.count(b"/Type /Page\n") == pages
