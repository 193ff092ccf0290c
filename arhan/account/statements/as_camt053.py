"""ISO 20022 camt.053.001.08, the bank-to-customer statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from arhan.account.statements.statement import BANK_NAME, BIC, Format, decimal
from arhan.kernel.paper import legible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from arhan.account.statements.statement import Line, Statement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_REST = b"</Stmt></BkToCstmrStmt></Document>"


def head(told: Statement) -> bytes:
    """One statement: who and when, opening (OPBD) and closing (CLBD) booked balance."""
    root = _document()
    message = _in(root, "BkToCstmrStmt")
    identity = _identity(told)
    header = _in(message, "GrpHdr")
    _in(header, "MsgId", identity)
    _in(header, "CreDtTm", _moment(told.made_at))
    body = _in(message, "Stmt")
    _in(body, "Id", identity)
    if told.legal_number:
        _in(body, "ElctrncSeqNb", str(told.legal_number))
        _in(body, "LglSeqNb", str(told.legal_number))
    _in(body, "CreDtTm", _moment(told.made_at))
    period = _in(body, "FrToDt")
    _in(period, "FrDtTm", f"{told.since.isoformat()}T00:00:00+01:00")
    _in(period, "ToDtTm", f"{told.until.isoformat()}T23:59:59+01:00")
    _account(body, told)
    _balance(body, "OPBD", told.opening, told.since, told.currency)
    _balance(body, "CLBD", told.closing, told.until, told.currency)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return content.removesuffix(_REST)


def body(told: Statement, lines: Sequence[Line], _before: int) -> bytes:
    """An entry for each line."""
    root = _document()
    for line in lines:
        _entry(root, line, told.currency)
    content = etree.tostring(root, encoding="UTF-8")
    return content[content.index(b">") + 1 :].removesuffix(b"</Document>")


def tail(_told: Statement) -> bytes:
    """The end of the document."""
    return _REST


FORMAT = Format("application/xml", "xml", head, body, tail)


def _document() -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})  # type: ignore[dict-item] # the default namespace


def _identity(told: Statement) -> str:
    """Max35Text; of the bank's own accounts, whose names are long, the end of the name goes."""
    period = f"-{told.since:%y%m%d}-{told.until:%y%m%d}"
    return told.number[: 35 - len(period)] + period


def _account(body: etree._Element, told: Statement) -> None:
    account = _in(body, "Acct")
    _in(_in(_in(account, "Id"), "Othr"), "Id", told.number[:34])
    _in(account, "Ccy", told.currency)
    _in(_in(account, "Ownr"), "Nm", legible(told.holder)[:140])
    servicer = _in(_in(account, "Svcr"), "FinInstnId")
    _in(servicer, "BICFI", BIC)
    _in(servicer, "Nm", BANK_NAME)


def _balance(body: etree._Element, code: str, amount: int, day: date, currency: str) -> None:
    balance = _in(body, "Bal")
    _in(_in(_in(balance, "Tp"), "CdOrPrtry"), "Cd", code)
    _in(balance, "Amt", decimal(abs(amount), currency)).set("Ccy", currency)
    _in(balance, "CdtDbtInd", _side(amount))
    _in(_in(balance, "Dt"), "Dt", day.isoformat())


def _entry(body: etree._Element, line: Line, currency: str) -> None:
    entry = _in(body, "Ntry")
    _in(entry, "NtryRef", str(line.number))
    _in(entry, "Amt", decimal(abs(line.change), currency)).set("Ccy", currency)
    _in(entry, "CdtDbtInd", _side(line.change))
    if line.kind == "reversal":
        _in(entry, "RvslInd", "true")
    _in(_in(entry, "Sts"), "Cd", "BOOK")
    _in(_in(entry, "BookgDt"), "Dt", line.booking_date.isoformat())
    _in(_in(entry, "ValDt"), "Dt", line.value_date.isoformat())
    _in(entry, "AcctSvcrRef", line.movement[:35])
    _in(_in(_in(entry, "BkTxCd"), "Prtry"), "Cd", line.kind[:35])
    if line.narration:
        _in(entry, "AddtlNtryInf", legible(line.narration)[:500])


def _side(amount: int) -> str:
    return "DBIT" if amount < 0 else "CRDT"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _in(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child
