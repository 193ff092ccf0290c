"""A service's Celery worker: python -m arhan.runner.worker account.

Threads, because tasks wait for the database, not for the processor. Gossip, mingle and
heartbeats need broadcast queues, which the embedded broker does not have.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any

from celery.signals import worker_ready

from arhan import topology
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
    parser.add_argument("--threads", type=int, default=2, help="tasks it works on at once")
    chosen = parser.parse_args()
    app: Celery = import_module(f"{topology.service(chosen.service).package}.tasks").app
    app.worker_main(
        [
            "worker",
            "--pool=threads",
            f"--concurrency={chosen.threads}",
            f"--hostname={chosen.service}@%h",
            f"--queues={topology.service(chosen.service).queue}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )


if __name__ == "__main__":
    main()
