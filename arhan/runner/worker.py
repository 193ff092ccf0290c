"""A service's Celery worker: python -m arhan.runner.worker account."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from celery.signals import worker_ready

from arhan import topology
from arhan.kernel import broker, settings, tracing
from arhan.runner import ready

if TYPE_CHECKING:
    from celery import Celery


@worker_ready.connect
def _announce(**_: Any) -> None:
    ready.announce()


def main() -> None:
    """Consume the service's queue until SIGTERM; a task that runs is finished first."""
    parser = argparse.ArgumentParser(
        prog="python -m arhan.runner.worker", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("service", choices=[s.name for s in topology.SERVICES if s.worker])
    run(topology.service(parser.parse_args().service))


def run(service: topology.Service) -> None:
    """Work for one service; ends the process when it is told to stop."""
    settings.check(service.name)
    tracing.configure(service.name)
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # they load every route of the office; the office checks itself
    app: Celery = import_module(f"{service.package}.tasks").app
    raise SystemExit(broker.work(app, service))


if __name__ == "__main__":
    main()
