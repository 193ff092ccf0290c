"""OFX 2.0.3, for personal finance programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from arhan.account.statements.statement import Format, decimal
from arhan.kernel.paper import legible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from arhan.account.statements.statement import Line, Statement

_HEADER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="203" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_REST = b"</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
"""What ends the document behind its entries, without the closing balance."""


def head(told: Statement) -> bytes:
    """One statement response, up to where its entries begin."""
    root = etree.Element("OFX")
    _sign_on(root, told.made_at)
    response = _within(root, "BANKMSGSRSV1", "STMTTRNRS")
    _put(response, TRNUID="0")
    _status(response)
    body = _within(response, "STMTRS")
    _put(body, CURDEF=told.currency)
    source = _within(body, "BANKACCTFROM")
    kind = "CHECKING" if told.kind == "current" else "SAVINGS"
    _put(source, BANKID=told.bank_code, ACCTID=told.number[:22], ACCTTYPE=kind)
    entries = _within(body, "BANKTRANLIST")
    _put(entries, DTSTART=_day(told.since), DTEND=_day(told.until))
    return _HEADER.encode() + etree.tostring(root, encoding="UTF-8").removesuffix(_REST)


def body(told: Statement, lines: Sequence[Line], _before: int) -> bytes:
    """Every entry keeps its FITID for ever, so that a second import adds nothing."""
    entries = etree.Element("BANKTRANLIST")
    for line in lines:
        _entry(entries, line, told)
    content = etree.tostring(entries, encoding="UTF-8")
    return content.removeprefix(b"<BANKTRANLIST>").removesuffix(b"</BANKTRANLIST>")


def tail(told: Statement) -> bytes:
    """The closing balance."""
    balance = etree.Element("LEDGERBAL")
    _put(balance, BALAMT=decimal(told.closing, told.currency), DTASOF=_day(told.until))
    return _REST.replace(b"</STMTRS>", etree.tostring(balance, encoding="UTF-8") + b"</STMTRS>")


FORMAT = Format("application/x-ofx", "ofx", head, body, tail)


def _sign_on(root: etree._Element, made_at: datetime) -> None:
    sign_on = _within(root, "SIGNONMSGSRSV1", "SONRS")
    _status(sign_on)
    _put(sign_on, DTSERVER=f"{made_at:%Y%m%d%H%M%S}", LANGUAGE="ENG")


def _status(parent: etree._Element) -> None:
    _put(_within(parent, "STATUS"), CODE="0", SEVERITY="INFO")


def _entry(entries: etree._Element, line: Line, statement: Statement) -> None:
    entry = _within(entries, "STMTTRN")
    _put(
        entry,
        TRNTYPE="CREDIT" if line.change > 0 else "DEBIT",
        DTPOSTED=_day(line.booking_date),
        DTAVAIL=_day(line.value_date),
        TRNAMT=decimal(line.change, statement.currency),
        FITID=f"{statement.number}-{line.number}",
        NAME=line.kind.replace("_", " ")[:32],
    )
    if line.narration:
        _put(entry, MEMO=legible(line.narration)[:255])


def _day(day: date) -> str:
    return f"{day:%Y%m%d}120000"


def _within(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, name)
    return parent


def _put(parent: etree._Element, **members: str) -> None:
    for name, text in members.items():
        etree.SubElement(parent, name).text = text
