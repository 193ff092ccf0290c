"""Statements, as requests and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

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


class FileWanted(Shape):
    """A numbered statement, or any period; and in which format."""

    number: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """Of a numbered statement."""
    since: Day | None = None
    until: Day | None = None
    format: Format = "pdf"

    @model_validator(mode="after")
    def _one_or_the_other(self) -> FileWanted:
        is_period = self.since is not None and self.until is not None
        if (self.number is None) != is_period or (self.since is None) != (self.until is None):
            msg = "Either a number, or since and until."
            raise ValueError(msg)
        return self


class StatementFileShape(Shape):
    """A statement as a file: in the making, or ready to be taken along."""

    id: str
    account: str
    number: int | None
    """Legal sequence number; null for an extract."""
    since: date
    until: date
    format: Format
    state: Literal["preparing", "ready", "failed"]
    progress: int
    """Percent."""
    lines: int
    lines_done: int
    size: int | None
    """Bytes; null before it is ready."""
    name: str
    """Of the file."""
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    """Until when it is kept; it can be asked for again."""


class StatementFilePage(Shape):
    """Statements as files, newest first."""

    items: list[StatementFileShape]
    next: str | None
