"""Closing a day: its states, which days are due to be closed, and what a step is told. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

RunState = Literal["running", "failed", "done"]
StepState = Literal["waiting", "running", "failed", "done"]
RUN_STATES: tuple[str, ...] = get_args(RunState)
STEP_STATES: tuple[str, ...] = get_args(StepState)


@dataclass(frozen=True, slots=True)
class Closing:
    """The day that is being closed."""

    date: dt.date
    next_date: dt.date
    """The business date after it."""

    def days(self) -> Iterator[dt.date]:
        """Every calendar day that ends with it: the day itself, and days without business after it."""
        day = self.date
        while day < self.next_date:
            yield day
            day += dt.timedelta(days=1)

    @property
    def ends_month(self) -> bool:
        """Whether the bank's next day is in another month."""
        return (self.next_date.year, self.next_date.month) != (self.date.year, self.date.month)


def last_due(*, today: dt.date, asked: dt.date | None) -> dt.date:
    """Every day up to this one is to be closed: those that are over, and those staff asked for."""
    over = today - dt.timedelta(days=1)
    return over if asked is None else max(over, asked)
