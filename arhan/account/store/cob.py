"""Closings and their steps, as rows; and the lock that lets one process at a time close."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg
from django.db import connection
from django.db.models import F

from arhan.account.models import CobRun, CobStep
from arhan.account.store.database import lasting_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

_TRY_LOCK = "SELECT pg_try_advisory_lock(7, 2)"
_UNLOCK = "SELECT pg_advisory_unlock(7, 2)"
_KEEP_CURSOR = 'UPDATE cob_step SET "cursor" = %s WHERE run = %s AND name = %s'


@contextmanager
def only_one() -> Iterator[bool]:
    """Whether this process may close; the lock ends with the block, or with the process."""
    with lasting_cursor() as cursor:
        row = cursor.execute(_TRY_LOCK).fetchone()
        try:
            yield bool(row and row[0])
        finally:
            with suppress(psycopg.Error):  # a session that is lost has lost its lock with it
                cursor.execute(_UNLOCK)


def find_unfinished() -> CobRun | None:
    """The closing that was begun and is not done."""
    return CobRun.objects.exclude(state="done").order_by("date").first()


def newest_run() -> CobRun | None:
    """The closing of the latest day."""
    return CobRun.objects.order_by("-date").first()


def find_run(day: date) -> CobRun | None:
    """The closing of this day."""
    return CobRun.objects.filter(date=day).first()


def list_runs(*, before: date | None, limit: int) -> list[CobRun]:
    """Closings, the latest day first."""
    found = CobRun.objects.order_by("-date")
    return list((found.filter(date__lt=before) if before else found)[:limit])


def insert(run: CobRun, steps: Sequence[CobStep]) -> None:
    """Keep a closing that begins."""
    run.save(force_insert=True)
    CobStep.objects.bulk_create(steps)


def list_steps(day: date) -> list[CobStep]:
    """The steps of a closing, in order."""
    return list(CobStep.objects.filter(run=day).order_by("position", "name"))


def resume(run: CobRun) -> None:
    """It runs again."""
    run.state, run.failure, run.failed_at = "running", "", None
    run.save(update_fields=["state", "failure", "failed_at"])


def wait_no_longer() -> None:
    """Somebody asks: the closing that failed is due at once, not after its pause."""
    CobRun.objects.filter(state="failed").update(failed_at=None)


def begin_step(step: CobStep, *, total: int | None, at: datetime) -> None:
    """It runs, for the first time or again."""
    step.state, step.failure = "running", ""
    step.started_at = step.started_at or at
    step.total = step.total if step.total is not None else total
    step.save(update_fields=["state", "failure", "started_at", "total"])


def advance_step(step: CobStep, *, by: int) -> None:
    """A page of it is done."""
    CobStep.objects.filter(run=step.run_id, name=step.name).update(done=F("done") + by)
    step.done += by


def keep_cursor(day: date, name: str, cursor: str) -> None:
    """Where a step goes on after an interruption; in the transaction that did the page before it."""
    with connection.cursor() as database:
        database.execute(_KEEP_CURSOR, [cursor, day, name])


def read_cursor(day: date, name: str) -> str:
    """Where a step goes on; empty at its beginning."""
    return CobStep.objects.filter(run=day, name=name).values_list("cursor", flat=True).first() or ""


def finish_step(step: CobStep, *, at: datetime) -> None:
    """All of it is done."""
    step.state, step.finished_at = "done", at
    step.save(update_fields=["state", "finished_at"])


def fail(run: CobRun, step: CobStep, *, why: str, at: datetime) -> None:
    """A step could not be done: the day is not closed, and this is why."""
    step.state, step.failure = "failed", why
    step.save(update_fields=["state", "failure"])
    run.state, run.failure, run.failed_at = "failed", f"{step.title}: {why}", at
    run.save(update_fields=["state", "failure", "failed_at"])


def finish(run: CobRun, *, at: datetime) -> None:
    """The day is closed."""
    run.state, run.finished_at = "done", at
    run.save(update_fields=["state", "finished_at"])
