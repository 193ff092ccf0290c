"""A table to take along, and its cells: as programs read them in CSV, as people read them in PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from arhan.frontend import labels
from arhan.kernel.money import Money, format_amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Word:
    """A code, and what people call it."""

    code: str
    text: str

    @classmethod
    def of(cls, table: dict[str, _StrPromise], code: str) -> Word:
        """From a table of labels; no code stays empty."""
        return cls(code, labels.of(table, code) if code else "")

    @classmethod
    def state(cls, table: dict[str, labels.State], code: str) -> Word:
        """From a table of states."""
        return cls(code, str(labels.state(table, code).label) if code else "")


Cell = str | int | Money | Word | date | datetime | None
"""None where there is nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """`name` heads it in CSV, `title` in PDF, where it gets `share` of the width."""

    name: str
    title: _StrPromise
    share: int = 10
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What is taken along: the file is called `arhan-<name>`."""

    name: str
    title: _StrPromise
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def amount(minor: int, currency: str) -> Money | None:
    """An amount; nothing where it is zero, as in a column of debits beside one of credits."""
    return Money(minor, currency) if minor else None


def for_programs(cell: Cell) -> str:
    """No grouping, a point and all minor digits in amounts; ISO 8601; codes."""
    match cell:
        case None:
            return ""
        case Money():
            return format_amount(cell.amount, cell.currency).replace(",", "")
        case Word():
            return cell.code
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def for_people(cell: Cell) -> str:
    """Amounts in groups, moments in the visitor's zone, words for codes."""
    match cell:
        case None:
            return ""
        case Money():
            return format_amount(cell.amount, cell.currency)
        case Word():
            return cell.text
        case datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
        case _:
            return str(cell)
