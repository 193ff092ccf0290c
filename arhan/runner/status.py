"""What runs just now: every process with its memory, state and health, and the totals."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from arhan.runner import procfs

if TYPE_CHECKING:
    from arhan.runner.home import Home

HEALTH_TIMEOUT_S = 3.0
OWN_PROCESSES = ("launcher", "nursery")
"""Of the launcher itself; the bank runs without their answering anything."""


def report(home: Home) -> dict[str, Any]:
    """The bank on this ARHAN_HOME; memory in bytes (PSS: shared pages divided by their sharers)."""
    recorded = _read(home)
    with ThreadPoolExecutor(max_workers=8) as pool:
        rows = list(pool.map(_row, _listed(recorded)))
    running = [row for row in rows if row["pid"]]
    return {
        "home": str(home.path),
        "gateway": recorded.get("gateway", ""),
        "running": any(row["name"] == "launcher" for row in running),
        "ready": bool(running) and all(row["health"] != "unready" and row["pid"] for row in rows),
        "processes": rows,
        "totals": {
            "processes": sum(row["processes"] for row in rows),
            "pss_bytes": sum(row["pss_bytes"] for row in rows),
        },
    }


def _read(home: Home) -> dict[str, Any]:
    try:
        return dict(json.loads(home.bank_file.read_text()))
    except (OSError, ValueError):
        return {}


def _listed(recorded: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    own = [(name, recorded[name]) for name in OWN_PROCESSES if recorded.get(name)]
    processes = recorded.get("processes", {}).items()
    return [*own, *((name, found) for name, found in processes if found["state"] != "done")]


def _row(listed: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    name, found = listed
    identity = procfs.Identity.from_json(found) if found.get("pid") else None
    is_alive = identity is not None and identity.is_alive()
    pids = _own_pids(name, found["pid"]) if is_alive else []
    return {
        "name": name,
        "pid": found["pid"] if is_alive else None,
        "processes": len(pids),
        "pss_bytes": sum(procfs.proportional_memory(pid) for pid in pids),
        "state": found.get("state", "ready") if is_alive else "down",
        "restarts": found.get("restarts", 0),
        "port": found.get("port"),
        "health": _health(found.get("port")) if is_alive else "down",
    }


def _own_pids(name: str, pid: int) -> list[int]:
    """The process and its children; the launcher's and the nursery's children are listed by themselves."""
    return [pid] if name in OWN_PROCESSES else procfs.descendants(pid)


def _health(port: int | None) -> str:
    """What /health/ready says; a process without a port is as well as it is alive."""
    if port is None:
        return "alive"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HEALTH_TIMEOUT_S)
    try:
        connection.request("GET", "/health/ready")
        return "ready" if connection.getresponse().status == http.client.OK else "unready"
    except OSError:
        return "unready"
    finally:
        connection.close()
