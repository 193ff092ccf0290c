"""Periods people ask statements for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    name: str
    since: date
    until: date


def usual(today: date) -> list[Period]:
    """The current month and the one before, three months, the current year and the one before."""
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    quarter = _months_back(first, 2)
    year = date(today.year, 1, 1)
    return [
        Period("month", first, today),
        Period("last_month", last_month.replace(day=1), last_month),
        Period("quarter", quarter, today),
        Period("year", year, today),
        Period("last_year", date(today.year - 1, 1, 1), year - timedelta(days=1)),
    ]


def _months_back(first: date, months: int) -> date:
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
