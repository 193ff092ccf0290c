"""PDF 1.4 (ISO 32000-1), for people: a page at a time, so that no length is too long.

Every page but the last has ROWS entries, begins with the balance brought forward and ends with the
one carried forward. What a reader needs to find the pages comes last, as the format has it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from arhan.account.statements.helvetica import ENCODING, width
from arhan.account.statements.statement import BANK_NAME, PIECE, Format, Piece, legible, plain
from arhan.kernel.money import format_amount, format_money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.account.statements.statement import Line, Statement

ROWS = 40
assert PIECE % ROWS == 0, "a piece ends where a page ends"
PAGE_WIDTH, PAGE_HEIGHT = 595, 842
MARGIN = 28
ROW = 16.5
TOP = 762
"""Where the line under the columns' titles is."""
SIZE, NARROWEST = 7.0, 55
"""Of the entries' letters: points; and percent to which they are narrowed where text is long."""
COLUMNS = (("No.", 28, 44), ("Booked", 74, 46), ("Value", 122, 46), ("What", 170, 184))
"""Title, where it begins, how wide it is."""
AMOUNTS = (("Out", 424, 68), ("In", 494, 68), ("Balance", 567, 71))
"""Title, where it ends, how wide it is."""
FIRST_PAGE = 6
"""Objects before the pages': catalogue, list of pages, two fonts, what the document is called."""


def head(told: Statement) -> Piece:
    """The objects every page refers to; the list of pages is the second, and comes at the end."""
    title = _string(f"{BANK_NAME}: statement of account {told.number}")
    made = _string(f"D:{told.made_at:%Y%m%d%H%M%S}Z")
    return _objects(
        [
            (1, b"<</Type/Catalog/Pages 2 0 R>>"),
            (3, _font(b"Helvetica")),
            (4, _font(b"Helvetica-Bold")),
            (5, b"<</Title%s/Producer%s/CreationDate%s>>" % (title, _string(BANK_NAME), made)),
        ],
        begin=b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    )


def body(told: Statement, lines: Sequence[Line], before: int) -> Piece:
    """The pages of these lines."""
    pages = [lines[start : start + ROWS] for start in range(0, len(lines), ROWS)]
    return _objects(
        [
            part
            for number, page in enumerate(pages, start=before // ROWS)
            for part in _page(told, page, number)
        ]
    )


def tail(told: Statement, marks: Sequence[int]) -> Piece:
    """The list of pages, and where each object is; of a period without entries its only page."""
    empty = [] if told.count else _page(told, (), 0)
    count = _count_pages(told)
    kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * number) for number in range(count))
    listed = b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>"
    last = _objects([*empty, (2, listed % (kids, count, PAGE_WIDTH, PAGE_HEIGHT))])
    sizes = [*marks, *last.marks]
    return Piece(last.content + _index(sizes, objects=FIRST_PAGE + 2 * count))


FORMAT = Format("application/pdf", "pdf", head, body, tail)


def _count_pages(told: Statement) -> int:
    return max(1, -(-told.count // ROWS))


def _objects(parts: Sequence[tuple[int, bytes]], *, begin: bytes = b"") -> Piece:
    """Numbered objects; the marks are number and size of each, in this order."""
    content, marks = [begin], [0, len(begin)] if begin else []
    for number, part in parts:
        content.append(b"%d 0 obj\n%s\nendobj\n" % (number, part))
        marks += [number, len(content[-1])]
    return Piece(b"".join(content), tuple(marks))


def _index(sizes: Sequence[int], *, objects: int) -> bytes:
    """The cross-reference table: where each object begins (7.5.4)."""
    begins, at = [0] * objects, 0
    for number, size in zip(sizes[::2], sizes[1::2], strict=True):
        begins[number] = at
        at += size
    rows = b"".join(b"%010d 00000 n \n" % begin for begin in begins[1:])
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (objects, rows)
    return table + b"trailer\n<</Size %d/Root 1 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (objects, at)


def _font(name: bytes) -> bytes:
    return b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name


def _page(told: Statement, lines: Sequence[Line], number: int) -> list[tuple[int, bytes]]:
    """A page and what is written on it."""
    page, written = FIRST_PAGE + 2 * number, FIRST_PAGE + 2 * number + 1
    content = zlib.compress("\n".join(_writing(told, lines, number)).encode(ENCODING))
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(content), content)
    return [(page, b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % written), (written, stream)]


def _writing(told: Statement, lines: Sequence[Line], number: int) -> Iterator[str]:
    yield from _heading(told)
    is_first, is_last = number == 0, number + 1 == _count_pages(told)
    opening = lines[0].balance - lines[0].change if lines else told.opening
    closing = lines[-1].balance if lines else told.closing
    y = TOP - ROW
    yield from _balance("Opening balance" if is_first else "Brought forward", opening, told.currency, y)
    for line in lines:
        y -= ROW
        yield from _row(line, told.currency, y)
    yield from _balance("Closing balance" if is_last else "Carried forward", closing, told.currency, y - ROW)
    yield _right(f"Page {number + 1} of {_count_pages(told)}", PAGE_WIDTH - MARGIN, 22, size=8)


def _heading(told: Statement) -> Iterator[str]:
    number = f"Statement no. {told.legal_number}" if told.legal_number else "Extract"
    yield _left(BANK_NAME, MARGIN, 808, font="F2", size=14)
    yield _left(f"{told.holder}   account {told.number}", MARGIN, 793, size=9)
    yield _left(f"{number}   {told.since} to {told.until}   {told.currency}", MARGIN, 780, size=9)
    for title, begin, _ in COLUMNS:
        yield _left(title, begin, TOP + 4, font="F2", size=8)
    for title, end, _ in AMOUNTS:
        yield _right(title, end, TOP + 4, font="F2", size=8)
    yield f"0.5 w {MARGIN} {TOP} m {PAGE_WIDTH - MARGIN} {TOP} l S"


def _row(line: Line, currency: str, y: float) -> Iterator[str]:
    amount = format_amount(abs(line.change), currency)
    begins = [begin for _, begin, _ in COLUMNS]
    (_, out, wide), (_, into, _), (_, balance, widest) = AMOUNTS
    yield _left(str(line.number), begins[0], y, fit=COLUMNS[0][2])
    yield _left(str(line.booking_date), begins[1], y)
    yield _left(str(line.value_date), begins[2], y)
    yield from _what(f"{line.kind.replace('_', ' ')}  {line.narration}".strip(), begins[3], y)
    yield _right(amount, out if line.change < 0 else into, y, fit=wide)
    yield _right(format_amount(line.balance, currency), balance, y, fit=widest)


def _balance(title: str, amount: int, currency: str, y: float) -> Iterator[str]:
    yield _left(title, COLUMNS[3][1], y, font="F2", size=8)
    yield _right(format_money(amount, currency), PAGE_WIDTH - MARGIN, y, font="F2", size=8)


def _what(text: str, x: float, y: float) -> Iterator[str]:
    """Two lines, narrowed where that is not enough; what does not fit then ends with dots."""
    wide = COLUMNS[3][2]
    told = _plain(" ".join(text.split()))
    fit = max(NARROWEST, min(100, int(190 * wide / max(width(told, SIZE), 1))))
    first, rest = _break(told, wide * 100 / fit)
    second, lost = _break(rest, wide * 100 / fit)
    if lost:
        second = second[:-3].rstrip() + b"..."
    yield _write(first, x, y if not second else y + 2.5, scale=fit)
    if second:
        yield _write(second, x, y - 5, scale=fit)


def _break(text: bytes, wide: float) -> tuple[bytes, bytes]:
    """What fits in a line, up to a space where there is one, and the rest."""
    end, at = len(text), 0.0
    for place, code in enumerate(text):
        at += width(bytes([code]), SIZE)
        if at > wide:
            space = text.rfind(b" ", 0, place + 1)
            end = space if space > place // 2 else place
            break
    return text[:end], text[end:].lstrip()


def _left(text: str, x: float, y: float, *, font: str = "F1", size: float = SIZE, fit: float = 0) -> str:
    told = _plain(text)
    return _write(told, x, y, font=font, size=size, scale=_scale(told, size, fit))


def _right(text: str, x: float, y: float, *, font: str = "F1", size: float = SIZE, fit: float = 0) -> str:
    told = _plain(text)
    scale = _scale(told, size, fit)
    return _write(told, x - width(told, size) * scale / 100, y, font=font, size=size, scale=scale)


def _scale(text: bytes, size: float, fit: float) -> int:
    """Percent to which a text is narrowed so that it fits: an amount is never cut."""
    return 100 if not fit else min(100, int(100 * fit / max(width(text, size), 1)))


def _write(text: bytes, x: float, y: float, *, font: str = "F1", size: float = SIZE, scale: int = 100) -> str:
    narrowed = f"{scale} Tz " if scale != 100 else ""  # noqa: PLR2004 - percent
    restored = " 100 Tz" if narrowed else ""
    shown = _escaped(text).decode(ENCODING)
    return f"BT /{font} {size:g} Tf {narrowed}{x:.2f} {y:.2f} Td ({shown}) Tj{restored} ET"


def _plain(text: str) -> bytes:
    return plain(legible(text), encoding=ENCODING).encode(ENCODING)


def _string(text: str) -> bytes:
    return b"(%s)" % _escaped(_plain(text))


def _escaped(text: bytes) -> bytes:
    return text.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
