"""The bank's clock: sends each task of contracts/timetable.py to its service's queue, when due.

It remembers nothing: a task of the timetable is idempotent and asks the database what is due, so a
beat that was away, or two of them, do no harm.
"""

from __future__ import annotations

import signal
from typing import Any

from celery.beat import Scheduler, Service

from arhan import topology
from arhan.contracts.timetable import TIMETABLE
from arhan.kernel import broker, logging, settings
from arhan.runner import ready


def schedule() -> dict[str, dict[str, Any]]:
    """The timetable as Celery wants it."""
    return {
        appointment.task: {
            "task": appointment.task,
            "schedule": appointment.every_s,
            "options": {"queue": topology.service(appointment.service).queue},
        }
        for appointment in TIMETABLE
    }


def _end(*_: object) -> None:
    """Nothing is lost by ending between two ticks, or within one."""
    raise SystemExit


def main() -> None:
    """Tick until SIGTERM or SIGINT."""
    settings.check_forms()
    logging.configure("beat")
    app = broker.make_app("beat", settings.require("CELERY_BROKER_URL"))
    app.conf.beat_schedule = schedule()
    service = Service(app, scheduler_cls=Scheduler)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    ready.announce()
    service.start()


if __name__ == "__main__":
    main()
