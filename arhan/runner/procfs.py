"""What the operating system says about processes: when one began, its memory, who holds a port."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterable

_STATE, _GROUP, _STARTED = 0, 2, 19
"""Fields of /proc/PID/stat after the command name (state is field 3 of proc(5))."""
LOOK_AGAIN_S = 0.05


@dataclass(frozen=True)
class Identity:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    started: int
    """Clock ticks between the machine's boot and the process's birth."""
    boot: str
    """The kernel's id of this boot."""

    def as_json(self) -> dict[str, Any]:
        """For bank.json."""
        return {"pid": self.pid, "started": self.started, "boot": self.boot}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Identity:
        """From bank.json."""
        return cls(pid=int(found["pid"]), started=int(found["started"]), boot=str(found["boot"]))

    def is_alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        stat = _stat(self.pid)
        return (
            stat is not None
            and stat[_STATE] not in "ZX"
            and int(stat[_STARTED]) == self.started
            and self.boot == boot_id()
        )


def boot_id() -> str:
    """The kernel's id of this boot; numbers of processes mean nothing across boots."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def identify(pid: int) -> Identity | None:
    """The identity of a running process."""
    stat = _stat(pid)
    return Identity(pid=pid, started=int(stat[_STARTED]), boot=boot_id()) if stat else None


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def group_members(leader: Identity) -> list[Identity]:
    """Living processes of the group that `leader` leads, led, or is about to lead.

    None if its number was reused.
    """
    if leader.boot != boot_id():
        return []
    members = []
    for pid in psutil.pids():
        stat = _stat(pid)
        if stat and leader.pid in {pid, int(stat[_GROUP])} and stat[_STATE] not in "ZX":
            members.append(Identity(pid=pid, started=int(stat[_STARTED]), boot=leader.boot))
    if any(m.pid == leader.pid and m.started != leader.started for m in members):
        return []
    return [m for m in members if m.started >= leader.started]


def send(processes: Iterable[Identity], number: signal.Signals) -> None:
    """Signal those that still run."""
    for process in processes:
        if process.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)


def wait_gone(processes: Iterable[Identity], *, timeout_s: float) -> bool:
    """Whether all of them ended in time."""
    deadline = time.monotonic() + timeout_s
    left = list(processes)
    while left := [p for p in left if p.is_alive()]:
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN_S)
    return True


def proportional_memory(pid: int) -> int:
    """Bytes of memory that are this process's, shared pages divided by those who share them (PSS)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    kib = next((line.split()[1] for line in text.splitlines() if line.startswith("Pss:")), "0")
    return int(kib) * 1024


def descendants(pid: int) -> list[int]:
    """The process and everything it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return []


def port_holder(port: int) -> str:
    """Who listens on a TCP port, as a person would name it; empty when nobody can be seen."""
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
            with contextlib.suppress(psutil.NoSuchProcess):
                command = " ".join(psutil.Process(connection.pid).cmdline())[:80]
                return f"process {connection.pid} ({command})"
    return ""
