"""Statements, as requests and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from arhan.kernel.office import Shape

Format = Literal["csv", "pdf", "ofx", "camt053", "mt940"]
Day = Annotated[date, Field(ge=date(1970, 1, 2), le=date(2999, 12, 31))]


class ExtractQuery(Shape):
    """Which period, and in which format."""

    since: Day
    until: Day
    format: Format = "csv"


class StatementShape(Shape):
    """A numbered statement."""

    number: int
    """Legal sequence number: one after another for each account."""
    since: date
    until: date
    opening: int
    closing: int
    made_at: datetime


class StatementPage(Shape):
    """Statements, newest first."""

    items: list[StatementShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""
