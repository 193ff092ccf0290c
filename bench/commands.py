"""`arhan bench NAME`: run one named workload and print what it measured."""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

WORKLOADS: dict[str, str] = {
    "transfers": "bench.transfers",
    "movements": "bench.movements",
    "decisions": "bench.decisions",
    "loans": "bench.loans",
    "cards": "bench.cards",
    "rotation": "bench.rotation",
    "cob": "bench.cob",
    "portal": "bench.portal",
    "entries": "bench.entries",
}
"""Name -> module with `DESCRIPTION`, a sentence, and `run(*, quick, say) -> dict`, what it found.

Modules are imported when asked for, so that `--help` needs neither a database nor a bank.
"""

app = typer.Typer(
    no_args_is_help=True,
    help="Measure the bank beside what its PostgreSQL does by itself (pgbench TPC-B, same run).",
)


def say(sentence: str) -> None:
    """Progress, on standard error: standard output carries the result and nothing else."""
    print(sentence, file=sys.stderr, flush=True)


def machine() -> dict[str, Any]:
    """Where and of what a figure was taken; a figure without this is an anecdote."""
    return {
        "cpus": os.cpu_count(),
        "processor": _processor(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_before": [round(value, 2) for value in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _commit() -> str:
    here = Path(__file__).resolve().parent
    command = ["git", "-C", str(here), "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _register(name: str, module: str) -> None:
    @app.command(name, help=f"Run the workload `{name}` and print its figures.")
    def measure(
        *,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
        quick: Annotated[bool, typer.Option("--quick", help="Seconds instead of a minute.")] = False,
    ) -> None:
        run: Callable[..., dict[str, Any]] = importlib.import_module(module).run
        here = machine()
        found = {"workload": name, "machine": here} | run(quick=quick, say=say)
        print(json.dumps(found, indent=None if as_json else 2))
        if not found.get("passed", True):
            raise typer.Exit(1)


for _name, _module in WORKLOADS.items():
    _register(_name, _module)
