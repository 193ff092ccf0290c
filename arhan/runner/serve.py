"""Serves one office or engine: granian in this very process, on one address.

    python -m arhan.runner.serve wsgi arhan.account.wsgi:application --port 8002 --threads 16

Granian's own command keeps a parent beside each worker: 20 MiB more per service, and a worker
that goes on listening when its parent is killed. Its thread server, made for free-threaded
Python, runs the same worker without the parent; with one worker the interpreter lock is no
hindrance (measured: equal throughput, WSGI and ASGI).
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server.common import AbstractServer
from granian.server.mt import MTServer

from arhan.kernel import settings

THREADS = 16
OURS = "arhan."


class SingleProcessServer(MTServer):
    """One granian worker as a thread of this process."""

    def _check_gil(self) -> None:
        """One worker never competes with another for the lock."""

    def serve(self, *arguments: Any, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        AbstractServer.serve(self, *arguments, **options)


def run(interface: str, target: str, *, host: str, port: int, threads: int = THREADS, name: str) -> None:
    """Serve `target` (`module:application`) until SIGTERM; `name` is what process lists show."""
    if target.startswith(OURS):
        settings.check(target.split(".")[1])
    SingleProcessServer(
        target,
        address=host,
        port=port,
        interface=Interfaces(interface),
        blocking_threads=threads if interface == "wsgi" else 1,
        loop=Loops.uvloop,
        log_level=LogLevels.warning,
        process_name=f"arhan: {name}",
    ).serve()


def main() -> None:
    """Serve what the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m arhan.runner.serve", description="Serve one office or engine."
    )
    parser.add_argument("interface", choices=["wsgi", "asgi"])
    parser.add_argument("target", help="module:application")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=THREADS, help="requests an office works on at once")
    chosen = parser.parse_args()
    run(
        chosen.interface,
        chosen.target,
        host=chosen.host,
        port=chosen.port,
        threads=chosen.threads,
        name=os.environ.get("ARHAN_PROCESS", chosen.target),
    )


if __name__ == "__main__":
    main()
