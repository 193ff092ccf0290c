"""Clears away what a launcher that was killed left running, and nothing else.

Processes are known by number, birth and boot, from bank.json, which only the bank's operator can
write; a number that meanwhile belongs to somebody else is left alone.
"""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from arhan.runner import procfs
from arhan.runner.processes import POSTGRES

if TYPE_CHECKING:
    from arhan.runner.home import Home

PATIENCE_S = 10.0
DATABASE_PATIENCE_S = 30.0


def clear(home: Home) -> int:
    """End what is left of the bank that ran here before; how many processes that were.

    The services first, PostgreSQL after them by a fast shutdown: its last words are a checkpoint.
    """
    recorded = _recorded(home)
    database = _members(recorded.pop(POSTGRES, None))
    others = [member for identity in recorded.values() for member in _members(identity)]
    _end(others, signal.SIGTERM, patience_s=PATIENCE_S)
    _end(database, signal.SIGINT, patience_s=DATABASE_PATIENCE_S)
    return len(others) + len(database)


def _recorded(home: Home) -> dict[str, procfs.Identity]:
    try:
        found = json.loads(home.bank_file.read_text())["processes"]
        return {
            name: procfs.Identity.from_json(process) for name, process in found.items() if process.get("pid")
        }
    except (OSError, ValueError, KeyError):
        return {}


def _members(leader: procfs.Identity | None) -> list[procfs.Identity]:
    return procfs.group_members(leader) if leader else []


def _end(processes: list[procfs.Identity], number: signal.Signals, *, patience_s: float) -> None:
    procfs.send(processes, number)
    if not procfs.wait_gone(processes, timeout_s=patience_s):
        procfs.send(processes, signal.SIGKILL)
        procfs.wait_gone(processes, timeout_s=patience_s)
