"""Statements as account answers them. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Statement(msgspec.Struct, frozen=True):
    """A numbered statement of a month."""

    number: int
    since: date
    until: date
    opening: int
    closing: int
    made_at: datetime


class StatementFile(msgspec.Struct, frozen=True):
    """A statement as a file: in the making, or ready to be taken along."""

    id: str
    account: str
    since: date
    until: date
    format: str
    state: str
    name: str
    asked_at: datetime
    number: int | None = None
    progress: int = 0
    lines: int = 0
    lines_done: int = 0
    size: int | None = None
    expires_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be taken along."""
        return self.state == "ready"

    @property
    def is_under_way(self) -> bool:
        """Whether it is being made."""
        return self.state == "preparing"
