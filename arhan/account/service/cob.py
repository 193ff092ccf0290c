"""Close of business: every step of a day, once, in order; then the next day begins.

One process at a time closes. Each step works in pages that are committed one by one and finds by
itself what is left, so a closing that was killed goes on where it was. A step that fails stops the
closing, says why, and is tried again by the next attempt: the date does not roll before it is done.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing as closed
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account.domain import cob as domain
from arhan.account.domain.calendar import next_business_date
from arhan.account.domain.cob import Closing
from arhan.account.errors.cob import CLOSED_TOO_EARLY, CLOSING_ELSEWHERE
from arhan.account.models import CobRun, CobStep
from arhan.account.service import business_day
from arhan.account.store import business_day as day_store
from arhan.account.store import cob as store
from arhan.contracts.calendar import calendar_day
from arhan.kernel import clock, logging
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.failpoints import failpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arhan.account.store.business_day import Day
    from arhan.kernel.auth import Principal

log = logging.get_logger(__name__)

TRY_AGAIN_AFTER = timedelta(seconds=60)
"""The clock leaves a closing that failed alone for so long; staff and the command line do not wait."""

Tell = Callable[[CobRun, CobStep], None]
"""Hears of every page that is done."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done to close a day."""

    order: int
    name: str
    title: str
    work: Callable[[Closing], Iterator[int]]
    """Yields, after each page it committed, how many accounts (loans, holds, …) that was."""
    size: Callable[[Closing], int] | None = None
    """Of how many, where that is cheap to know."""


class StepFailed(Exception):  # noqa: N818 - says what happened, in a sentence for staff
    """A step cannot be done now; its sentence says why."""


class OutOfTimeError(Exception):
    """The time for this attempt is up; the next one goes on."""


@dataclass
class Report:
    """What an attempt came to."""

    closed: list[date] = field(default_factory=list)
    """The days that are closed now and were not before."""
    failure: str = ""
    unfinished: bool = False
    """Whether there is more to do, by the next attempt."""


def look() -> Day:
    """The bank's day as it is."""
    with django_transaction() as cursor:
        return business_day.current(cursor)


def list_runs(*, before: date | None, limit: int) -> list[CobRun]:
    """Closings, the latest day first."""
    return store.list_runs(before=before, limit=limit)


def get_run(day: date) -> CobRun:
    """The closing of a day; Refused(not_found)."""
    run = store.find_run(day)
    if run is None:
        raise not_found(what="close of business")
    return run


def list_steps(day: date) -> list[CobStep]:
    """The steps of a closing, in order."""
    return store.list_steps(day)


def ask(*, principal: Principal, through: date) -> Day:
    """Staff want every day up to this one closed; the worker does it.

    Refused(closed_too_early) for days that have not begun.
    """
    with django_transaction() as cursor:
        business_day.open_first(cursor)
        if through > calendar_day(clock.now()):
            raise Refused(CLOSED_TOO_EARLY)
        day_store.ask_to_close(cursor, through=through, by=principal.subject)
        store.wait_no_longer()
        return business_day.current(cursor)


def close_due(*, steps: Sequence[Step], longest_s: float) -> Report:
    """What the bank's clock does: close the days that are over, and those staff asked for."""
    day, now = look(), clock.now()
    failed = store.find_unfinished()
    if failed and failed.failed_at and now < failed.failed_at + TRY_AGAIN_AFTER:
        return Report(failure=failed.failure)
    through = domain.last_due(today=calendar_day(now), asked=day.close_through)
    if day.date > through and failed is None:
        return Report()
    return close(through=through, by=day.asked_by, steps=steps, longest_s=longest_s)


def close(
    *,
    through: date,
    by: str,
    steps: Sequence[Step],
    longest_s: float | None = None,
    tell: Tell = lambda *_: None,
) -> Report:
    """Close every open day up to this one, one after another, as far as the time reaches.

    Nothing happens to days that are closed. Refused(closing_elsewhere) while another process closes.
    """
    deadline = None if longest_s is None else time.monotonic() + longest_s
    report = Report()
    with store.only_one() as is_alone:
        if not is_alone:
            raise Refused(CLOSING_ELSEWHERE)
        with django_transaction() as cursor:
            business_day.open_first(cursor)
        while (run := _next_run(through, by=by, steps=steps)) is not None:
            try:
                if not _close_day(run, steps, deadline=deadline, tell=tell):
                    report.failure = run.failure
                    break
            except OutOfTimeError:
                report.unfinished = True
                break
            report.closed.append(run.date)
    return report


def _next_run(through: date, *, by: str, steps: Sequence[Step]) -> CobRun | None:
    """The closing to go on with, or a new one if a day is due."""
    unfinished = store.find_unfinished()
    if unfinished is not None:
        store.resume(unfinished)
        return unfinished
    day = look()
    return _begin(day.date, by=by, steps=steps) if day.date <= through else None


def _begin(day: date, *, by: str, steps: Sequence[Step]) -> CobRun:
    following = next_business_date(day, working_days_only=works_on_working_days())
    run = CobRun(date=day, next_date=following, state="running", started_at=clock.now(), started_by=by)
    rows = [
        CobStep(run=run, name=step.name, title=step.title, position=step.order, state="waiting")
        for step in steps
    ]
    with django_transaction():
        store.insert(run, rows)
    log.info("closing", business_date=day.isoformat())
    return run


def works_on_working_days() -> bool:
    """Whether business dates skip weekends and public holidays (ARHAN_BUSINESS_DAYS=working)."""
    return os.environ.get("ARHAN_BUSINESS_DAYS", "") == "working"


def _close_day(run: CobRun, steps: Sequence[Step], *, deadline: float | None, tell: Tell) -> bool:
    """Do what is left to do; whether the day is closed now."""
    work = {step.name: step for step in steps}
    with business_day.booking_on(run.date):
        for row in store.list_steps(run.date):
            if row.state == "done":
                continue
            if not _do(run, row, work[row.name], deadline=deadline, tell=tell):
                return False
            failpoint("cob.step_done")
    store.finish(run, at=clock.now())
    log.info("closed", business_date=run.date.isoformat())
    return True


def _do(run: CobRun, row: CobStep, step: Step, *, deadline: float | None, tell: Tell) -> bool:
    """Do a step to its end; whether that went well."""
    day = Closing(run.date, run.next_date)
    total = step.size(day) if step.size and row.total is None else None
    store.begin_step(row, total=total, at=clock.now())
    tell(run, row)
    is_late = False
    try:
        with closed(step.work(day)) as pages:  # type: ignore[type-var] # a generator closes
            for count in pages:
                store.advance_step(row, by=count)
                tell(run, row)
                failpoint("cob.page_done")
                if is_late:
                    raise OutOfTimeError
                # a page more, which may turn out to be none: so a step of one page always ends
                is_late = deadline is not None and time.monotonic() > deadline
    except (StepFailed, Refused) as failure:
        log.warning("step_failed", business_date=run.date.isoformat(), step=row.name, why=str(failure))
        store.fail(run, row, why=str(failure), at=clock.now())
        tell(run, row)
        return False
    store.finish_step(row, at=clock.now())
    tell(run, row)
    return True
