"""Close of business: the bank's day, its closings with their progress, and asking for one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from arhan.account.errors.cob import CLOSED_TOO_EARLY
from arhan.account.models import CobRun
from arhan.account.schemas.cob import ClosingWanted, DayShape, RunDetails, RunPage, RunShape, StepShape
from arhan.account.service import cob
from arhan.account.store.business_day import Day
from arhan.contracts.calendar import holiday_on, is_working_day
from arhan.kernel.auth import permit
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="account", tag="close of business")

WATCHERS = permit("teller", "support", "loan_officer", "risk", "auditor", "admin")
CLOSERS = permit("admin")


@routes.get("/v1/close-of-business", permit=WATCHERS, answer=DayShape)
def get_day(request: HttpRequest) -> DayShape:
    """The bank's day, and how far its closing has come."""
    return _day(cob.look())


@routes.post(
    "/v1/close-of-business", permit=CLOSERS, answer=DayShape, status=202, refusals=(CLOSED_TOO_EARLY,)
)
def close_day(request: HttpRequest, body: ClosingWanted) -> tuple[int, DayShape]:
    """Ask for days to be closed; it begins within seconds. What is closed stays as it is."""
    return 202, _day(cob.ask(principal=principal_of(request), through=body.through))


@routes.get("/v1/close-of-business/runs", permit=WATCHERS, answer=RunPage)
def list_closings(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: date | None = None,
) -> RunPage:
    """Closings, the latest day first."""
    found = cob.list_runs(before=after, limit=limit + 1)
    page = [RunShape.from_orm(run) for run in found[:limit]]
    return RunPage(items=page, next=page[-1].date.isoformat() if len(found) > limit else None)


@routes.get("/v1/close-of-business/runs/{day}", permit=WATCHERS, answer=RunDetails)
def get_closing(request: HttpRequest, day: date) -> RunDetails:
    """The closing of one day with its steps."""
    return _details(cob.get_run(day))


def _day(day: Day) -> DayShape:
    newest = cob.list_runs(before=None, limit=1)
    return DayShape(
        business_date=day.date,
        next_date=day.next_date,
        cut_off_at=day.cut_off_at,
        close_through=day.close_through,
        is_working_day=is_working_day(day.date),
        holiday=holiday_on(day.date),
        latest=_details(newest[0]) if newest else None,
    )


def _details(run: CobRun) -> RunDetails:
    steps = [StepShape.from_orm(step) for step in cob.list_steps(run.date)]
    return RunDetails(**RunShape.from_orm(run).model_dump(), steps=steps)
