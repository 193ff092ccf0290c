"""Answers of account about close of business."""

from __future__ import annotations

import datetime as dt

import msgspec


class Step(msgspec.Struct, frozen=True):
    """One step of a closing, and how far it has come."""

    name: str
    title: str
    state: str
    done: int
    total: int | None = None
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    failure: str = ""

    @property
    def share(self) -> int:
        """How far it has come, in percent."""
        if self.state == "done":
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class Closing(msgspec.Struct, frozen=True):
    """The closing of one business date."""

    date: dt.date
    next_date: dt.date
    state: str
    started_at: dt.datetime
    started_by: str = ""
    finished_at: dt.datetime | None = None
    failure: str = ""
    steps: list[Step] = msgspec.field(default_factory=list)


class BusinessDay(msgspec.Struct, frozen=True):
    """The bank's day, and the latest closing."""

    business_date: dt.date
    next_date: dt.date | None = None
    cut_off_at: dt.datetime | None = None
    close_through: dt.date | None = None
    is_working_day: bool = True
    holiday: str = ""
    latest: Closing | None = None

    @property
    def is_closing(self) -> bool:
        """Whether a closing is asked for or under way."""
        asked = self.close_through is not None and self.close_through >= self.business_date
        return asked or (self.latest is not None and self.latest.state == "running")
