"""Close of business, as requests and answers."""

from __future__ import annotations

import datetime as dt

from arhan.kernel.office import Shape


class StepShape(Shape):
    """One step of a closing, and how far it has come."""

    name: str
    title: str
    state: str
    """waiting, running, failed or done."""
    done: int
    """How many accounts, loans, holds … it has dealt with."""
    total: int | None
    """Of how many, where that is known."""
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    failure: str
    """Why it could not be done."""


class RunShape(Shape):
    """The closing of one business date."""

    date: dt.date
    next_date: dt.date
    state: str
    """running, failed or done."""
    started_at: dt.datetime
    started_by: str
    """Person id; empty when the bank's clock did."""
    finished_at: dt.datetime | None
    failure: str


class RunDetails(RunShape):
    """A closing with its steps."""

    steps: list[StepShape]


class DayShape(Shape):
    """The bank's day, and the latest closing."""

    business_date: dt.date
    """The day that is open, or is being closed."""
    next_date: dt.date | None
    """Since the cut-off: the day on which what comes in is booked."""
    cut_off_at: dt.datetime | None
    close_through: dt.date | None
    """Staff asked for the days up to this one to be closed."""
    is_working_day: bool
    holiday: str
    """The public holiday that the business date is; empty on other days."""
    latest: RunDetails | None


class RunPage(Shape):
    """Closings, the latest day first."""

    items: list[RunShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""


class ClosingWanted(Shape):
    """Which days to close: every open one up to this one."""

    through: dt.date
