"""The relays of one or more services in one process: python -m arhan.runner.relay [SERVICE ...].

Each service's outbox is read with that service's own database role, from `<NAME>_DATABASE_URL`;
a process that relays for a single service may be given plain `DATABASE_URL`.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading
from typing import TYPE_CHECKING

from arhan import topology
from arhan.kernel import logging, relay, settings
from arhan.runner import ready

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLISHERS = tuple(service.name for service in topology.SERVICES if service.publishes)


def run(services: Sequence[str]) -> None:
    """Relay until SIGTERM or SIGINT."""
    chosen = tuple(services) or PUBLISHERS
    settings.check_forms()
    databases = {name: settings.require(_variable(name, alone=len(chosen) == 1)) for name in chosen}
    logging.configure("relay")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ready.announce()
    relay.run(databases, broker_url=settings.require("CELERY_BROKER_URL"), stop=stop)


def _variable(service: str, *, alone: bool) -> str:
    variable = topology.service(service).database_variable
    return "DATABASE_URL" if alone and variable not in os.environ else variable


def main() -> None:
    """Relay for the services the command line names, or for all of them."""
    parser = argparse.ArgumentParser(
        prog="python -m arhan.runner.relay", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("services", nargs="*", metavar="SERVICE", help=f"any of {', '.join(PUBLISHERS)}")
    run(parser.parse_args().services)


if __name__ == "__main__":
    main()
