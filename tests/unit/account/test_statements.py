"""A statement in five formats, each read back by a program that is not ours."""

from __future__ import annotations

import io
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mt940
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from ofxtools.Parser import OFXTree
from pyiso20022.camt.camt_053_001_08 import Document  # type: ignore[import-untyped]
from pypdf import PdfReader
from xsdata.formats.dataclass.parsers import XmlParser

from arhan.account.movements import KINDS
from arhan.account.statements import FORMATS, PIECE, Line, Statement
from arhan.kernel.money import MAX_AMOUNT, MINOR_DIGITS
from tests.unit.account.statement_readers import READERS, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CURRENCIES = sorted(MINOR_DIGITS)
FORMAT_NAMES = sorted(FORMATS)
NARRATION = "=1+1 Ọlá's rent: 5 > 4 & <more>"
FIRST = date(2026, 3, 1)
MOST = MAX_AMOUNT // 1_000
"""Minor units: MT940 has room for fourteen digits (15d), and a balance adds ninety amounts up."""


def lines_of(changes: Sequence[int], *, opening: int, narrations: Sequence[str] = ()) -> list[Line]:
    balance, made = opening, []
    for place, change in enumerate(changes):
        balance += change
        day = FIRST + timedelta(days=place * 31 // max(len(changes), 1))
        told = narrations[place] if narrations else NARRATION
        number = place + 11
        made.append(Line(number, f"mov_{number:026d}", "transfer", change, balance, day, day, told))
    return made


def statement(
    lines: Sequence[Line], *, currency: str = "NGN", opening: int = 100_005, **told: Any
) -> Statement:
    closing = lines[-1].balance if lines else opening
    words: dict[str, Any] = {
        "bank_code": "999",
        "account": "acc_1",
        "number": "1000000014",
        "kind": "current",
        "holder": "Ọlá & Sons <Ltd>",
        "currency": currency,
        "since": FIRST,
        "until": date(2026, 3, 31),
        "legal_number": 7,
        "opening": opening,
        "closing": closing,
        "count": len(lines),
        "made_at": datetime(2026, 4, 1, 0, 5, tzinfo=UTC),
    }
    return Statement(**words | told)


def pieces_of(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), PIECE):
        yield lines[start : start + PIECE]


def made(form: str, told: Statement, lines: Sequence[Line]) -> bytes:
    return b"".join(FORMATS[form].make(told, pieces_of(lines)))


def money(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-MINOR_DIGITS[currency])


def check(form: str, told: Statement, lines: Sequence[Line]) -> None:
    """Opening, closing and every line are, to the last digit, what the entries say."""
    found, currency = READERS[form](made(form, told, lines)), told.currency
    assert found.opening in {money(told.opening, currency), None}
    assert found.closing == money(told.closing, currency)
    assert found.closing.as_tuple().exponent in {-MINOR_DIGITS[currency], 0}
    assert found.changes == [money(line.change, currency) for line in lines]
    assert found.booked == [line.booking_date for line in lines]
    assert found.numbers == [line.number for line in lines]
    assert found.balances in (None, [money(line.balance, currency) for line in lines])
    opening = money(told.opening, currency) if found.opening is None else found.opening
    assert opening + sum(found.changes) == found.closing


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_what_is_read_back_is_what_the_entries_say(form: str, currency: str) -> None:
    lines = lines_of([150_000, -25_050, -1, 999, -300_000, 7], opening=100_005)
    check(form, statement(lines, currency=currency), lines)


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_a_period_without_entries(form: str, currency: str) -> None:
    for opening in (0, -5, 123_456_789):
        check(form, statement([], currency=currency, opening=opening), [])


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=140)
_changes = st.integers(1, MOST).flatmap(lambda amount: st.sampled_from((amount, -amount)))


@pytest.mark.parametrize("form", FORMAT_NAMES)
@given(
    changes=st.lists(_changes, max_size=90),
    opening=st.integers(-MOST, MOST),
    currency=st.sampled_from(CURRENCIES),
    holder=_texts.filter(str.strip),
    narration=_texts,
    kind=st.sampled_from(sorted(KINDS)),
    legal_number=st.integers(0, 2**31 - 1),
    name=st.sampled_from(["1000000014", "bank_overdraft_interest_receivable_ngn"]),
)
@settings(max_examples=8, deadline=None)
def test_whatever_happened_it_is_read_back(  # noqa: PLR0917 - drawn, each by its name
    form: str,
    changes: list[int],
    opening: int,
    currency: str,
    holder: str,
    narration: str,
    kind: str,
    legal_number: int,
    name: str,
) -> None:
    """Any history, any name, any narration that the bank stores."""
    lines = lines_of(changes, opening=opening, narrations=[narration] * len(changes))
    lines = [Line(**{n: getattr(line, n) for n in Line.__slots__} | {"kind": kind}) for line in lines]
    told = statement(
        lines, currency=currency, opening=opening, holder=holder, legal_number=legal_number, number=name
    )
    check(form, told, lines)


def test_a_spreadsheet_runs_no_narration() -> None:
    lines = lines_of([1], opening=0)
    assert READERS["csv"](made("csv", statement(lines), lines)).texts == [f"'{NARRATION}"]


@pytest.mark.parametrize("form", ["ofx", "camt053"])
def test_xml_says_narrations_as_they_are(form: str) -> None:
    lines = lines_of([1], opening=0)
    assert READERS[form](made(form, statement(lines), lines)).texts == [NARRATION]


def test_mt940_says_them_in_its_alphabet_and_keeps_to_its_widths() -> None:
    lines = lines_of([1, -2], opening=0, narrations=[NARRATION, "-:" * 70])
    content = made("mt940", statement(lines), lines)
    assert READERS["mt940"](content).texts[0] == "transfer .1+1 Ola's rent: 5 . 4 . .more."
    rows = content.decode("ascii").split("\r\n")
    assert max(len(row.removeprefix(":86:")) for row in rows) <= 65
    assert not [row for row in rows[1:-2] if row.startswith("-")]


def test_ofx_names_the_account_and_each_entry_for_ever() -> None:
    lines = lines_of([1, 2], opening=0)
    tree = OFXTree()
    tree.parse(io.BytesIO(made("ofx", statement(lines), lines)))
    (found,) = tree.convert().statements
    assert (found.account.acctid, found.account.bankid, found.curdef) == ("1000000014", "999", "NGN")
    assert found.account.accttype == "CHECKING"
    assert [entry.fitid for entry in found.transactions] == ["1000000014-11", "1000000014-12"]


def test_mt940_names_the_account() -> None:
    found = mt940.parse(made("mt940", statement([]), []).decode("ascii"))
    assert found.data["account_identification"] == "999/1000000014"
    assert found.data["statement_number"] == "00007"


def test_camt_053_is_read_by_classes_made_from_the_schema() -> None:
    lines = lines_of([5, -5], opening=0)
    document = XmlParser().from_bytes(made("camt053", statement(lines), lines), Document)
    body = document.bk_to_cstmr_stmt.stmt[0]
    assert (body.lgl_seq_nb, body.acct.ccy, body.acct.ownr.nm) == (7, "NGN", "Ọlá & Sons <Ltd>")
    assert [entry.cdt_dbt_ind.value for entry in body.ntry] == ["CRDT", "DBIT"]


def test_the_schema_refuses_what_is_not_camt_053() -> None:
    content = made("camt053", statement([]), [])
    for right, wrong in (
        (b"<Ccy>NGN</Ccy>", b"<Ccy>naira</Ccy>"),
        (b"<LglSeqNb>7</LglSeqNb>", b"<LglSeqNb>seven</LglSeqNb>"),
        (b"<Cd>OPBD</Cd>", b"<Cd>OPENING</Cd>"),
        (b"<Acct>", b"<Extra/><Acct>"),
    ):
        assert right in content
        assert not SCHEMA.validate(etree.fromstring(content.replace(right, wrong, 1))), wrong


def test_an_extract_has_no_legal_number() -> None:
    assert b"LglSeqNb" not in made("camt053", statement([], legal_number=0), [])
    assert b"<LglSeqNb>7</LglSeqNb>" in made("camt053", statement([]), [])


def test_a_pdf_says_names_and_narrations_as_they_are() -> None:
    """Yoruba, Hausa, French, Greek, Japanese; long ones on two lines, narrowed, with nothing lost."""
    long = (
        "Rent for the shop at 12 Broad Street, Lagos Island, paid by standing order for the month of March "
        * 2
    )
    told = [
        "Ẹ̀bùn fún Ṣẹ́gun, Ọjà",
        "ƙarɓar kuɗi ₦",
        "Café (no. 7) \\ «œuvre» €",
        "Αθήνα Привет",
        "東京 の カタカナ",
        long[:140],
    ]
    lines = lines_of([1] * len(told), opening=0, narrations=told)
    content = made("pdf", statement(lines, holder="Ọlá Adébáyọ̀ & 株式会社"), lines)
    found = READERS["pdf"](content)
    assert [text.replace(" ", "") for text in found.texts] == [f"transfer{t.replace(' ', '')}" for t in told]
    reader = PdfReader(io.BytesIO(content))
    page = reader.pages[0].extract_text().replace("\0", "")
    assert "Ọlá Adébáyọ̀ & " in page
    assert "株式会社" in page
    assert "Statement no. 7   2026-03-01 to 2026-03-31   NGN" in page
    assert fonts_of(reader) == {"DejaVuSansMonoBook", "NotoSansCJKJP"}
    assert reader.metadata is not None
    assert reader.metadata.title == "Arhan Bank: statement of account 1000000014"


def test_letters_that_are_not_needed_are_not_embedded() -> None:
    lines = lines_of([1], opening=0)
    reader = PdfReader(io.BytesIO(made("pdf", statement(lines), lines)))
    assert fonts_of(reader) == {"DejaVuSansMonoBook"}


def fonts_of(reader: PdfReader) -> set[str]:
    """The letters that are in the document, without the tags of their subsets."""
    resources: Any = reader.pages[0]["/Resources"]
    return {font["/BaseFont"].split("+")[-1] for font in resources["/Font"].values()}


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (40, 1), (41, 2), (PIECE + 1, 51)])
def test_a_pdf_has_as_many_pages_as_it_needs(count: int, pages: int) -> None:
    lines = lines_of([100] * count, opening=0)
    content = made("pdf", statement(lines, opening=0), lines)
    assert len(PdfReader(io.BytesIO(content), strict=True).pages) == pages
    check("pdf", statement(lines, opening=0), lines)


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"pdf"}))
def test_pieces_need_no_more_memory_however_many_there_are(form: str) -> None:
    piece = lines_of([100] * 200, opening=0)
    peaks = []
    for count in (1, 8):
        told = statement(piece, opening=0, count=count * len(piece))
        tracemalloc.start()
        assert sum(len(content) for content in FORMATS[form].make(told, [piece] * count)) > count * 1_000
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    small, large = peaks
    assert large < small * 2, peaks


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"pdf"}))
def test_a_file_of_several_pieces_is_whole(form: str) -> None:
    lines = lines_of([100, -50] * 1_500, opening=0)
    check(form, statement(lines, opening=0), lines)
    assert all(second.balance - first.balance == second.change for first, second in pairwise(lines))
