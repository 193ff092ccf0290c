"""Keeps a set of processes alive: starts them in order, restarts what dies, stops all in reverse.

One thread, no waiting inside: `tick` looks at every process once and does what is due. Nothing
here knows what a bank is.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from arhan.runner import procfs
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from arhan.runner.nursery import Order
    from arhan.runner.probes import Probe

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
CALM_AFTER_S = 60.0
"""A process that was ready this long starts again from the shortest pause."""
EARLY_DEATHS = 3
"""So many deaths before it was ever ready, and the start is given up."""
LOOK_S = 0.03


class State(StrEnum):
    """Where a process is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    PAUSING = "pausing"
    DONE = "done"
    STOPPED = "stopped"


class Child(Protocol):
    """A started process."""

    pid: int

    def poll(self) -> int | None:
        """None while it runs, else its exit status."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """What to run, after what, and how to tell that it works."""

    name: str
    order: Order
    probe: Callable[[], Probe] | None = None
    """Makes the question for a new life; None: a one-off that is done when it ends with status 0."""
    layer: int = 1
    """Stopping goes from the highest layer down: nobody loses what it stands on."""
    port: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0
    """How long it may take to stop before it is killed."""


@dataclass(eq=False)
class Life:
    """One process under supervision."""

    process: Process
    state: State = State.WAITING
    child: Child | None = None
    identity: procfs.Identity | None = None
    probe: Probe | None = None
    restarts: int = 0
    deaths_in_a_row: int = 0
    ready_since: float = 0.0
    due_at: float = 0.0
    extra: dict[str, str] = field(default_factory=dict)
    """Environment of the coming lives only, beside the process's own."""

    @property
    def is_running(self) -> bool:
        """Whether there is a living process."""
        return self.child is not None and self.child.poll() is None

    @property
    def is_up(self) -> bool:
        """Whether those that come after may start."""
        return self.state in {State.READY, State.DONE}


class Supervisor:
    """The processes of one bank."""

    def __init__(
        self,
        *,
        spawn: Callable[[Process, Mapping[str, str]], Child],
        changed: Callable[[Life, str], None] = lambda _life, _news: None,
    ) -> None:
        """`spawn` starts a process with extra environment; `changed` hears every step, with a sentence."""
        self._spawn = spawn
        self._changed = changed
        self.lives: dict[str, Life] = {}

    def add(self, processes: Iterable[Process]) -> None:
        """Take these into care; they start with the coming ticks."""
        for process in processes:
            self.lives[process.name] = Life(process)

    def tick(self) -> None:
        """Look at each process once and do what is due."""
        for life in list(self.lives.values()):
            self._step(life)

    def wait_up(
        self, *, timeout_s: float, names: Iterable[str] | None = None, look: Callable[[], None] | None = None
    ) -> None:
        """Tick until these processes are ready or done; gives up with the first that cannot start."""
        deadline = time.monotonic() + timeout_s
        chosen = [self.lives[name] for name in names] if names else list(self.lives.values())
        while left := [life.process.name for life in chosen if not life.is_up]:
            self.tick()
            if look:
                look()
            self._give_up_on_early_deaths(chosen)
            if time.monotonic() > deadline:
                msg = f"Not ready after {timeout_s:.0f} s: {', '.join(left)}."
                raise CannotRun(msg)
            time.sleep(LOOK_S)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Signal a process and all it started, as an accident would."""
        life = self.lives[name]
        if life.identity:
            procfs.send(procfs.group_members(life.identity), number)

    def forget(self, name: str) -> None:
        """Stop a process, if it still runs, and care for it no more."""
        self.stop([name])
        del self.lives[name]

    def hold(self, name: str) -> None:
        """Leave a process dead once it is: `tick` does not start it again until `start` is called."""
        self.lives[name].state = State.STOPPED

    def start(self, name: str, *, extra: Mapping[str, str] | None = None) -> None:
        """Start a stopped or dead process with the next tick, with this extra environment."""
        life = self.lives[name]
        life.extra = dict(extra or {})
        life.state = State.WAITING
        life.due_at = 0.0

    def stop(self, names: Iterable[str] | None = None) -> None:
        """Stop these (all by default), layer by layer, politely and then by force; none is left."""
        chosen = [self.lives[name] for name in (self.lives if names is None else names)]
        for layer in sorted({life.process.layer for life in chosen}, reverse=True):
            self._stop_together([life for life in chosen if life.process.layer == layer])

    def _step(self, life: Life) -> None:
        if life.state in {State.STARTING, State.READY} and not life.is_running:
            self._ended(life)
        elif life.state is State.STARTING and life.probe and life.probe.is_ready():
            life.ready_since = time.monotonic()
            self._turn(life, State.READY, "ready")
        elif life.state in {State.WAITING, State.PAUSING} and time.monotonic() >= life.due_at:
            self._start(life)

    def _start(self, life: Life) -> None:
        life.probe = life.process.probe() if life.process.probe else None
        life.child = self._spawn(life.process, life.extra)
        life.identity = procfs.identify(life.child.pid)
        self._turn(life, State.STARTING, "starting")

    def _ended(self, life: Life) -> None:
        """It ended by itself: a one-off is done; anything else is cleared away and started again."""
        status = life.child.poll() if life.child else None
        if life.process.probe is None and status == 0:
            self._turn(life, State.DONE, "done")
            return
        if life.identity:
            procfs.send(procfs.group_members(life.identity), signal.SIGKILL)
        calm = life.state is State.READY and time.monotonic() - life.ready_since > CALM_AFTER_S
        life.deaths_in_a_row = 1 if calm else life.deaths_in_a_row + 1
        life.restarts += 1
        pause = min(FIRST_PAUSE_S * 2 ** (life.deaths_in_a_row - 1), LONGEST_PAUSE_S)
        life.due_at = time.monotonic() + pause
        self._turn(life, State.PAUSING, f"ended with {describe(status)}; starting it again in {pause:g} s")

    def _give_up_on_early_deaths(self, lives: Iterable[Life]) -> None:
        for life in lives:
            allowed = 1 if life.process.probe is None else EARLY_DEATHS
            if life.deaths_in_a_row >= allowed and not life.ready_since:
                msg = f"{life.process.name} does not start. The end of its log ({life.process.order.log}):\n"
                raise CannotRun(msg + last_lines(life.process.order.log))

    def _stop_together(self, lives: list[Life]) -> None:
        groups = {life.process.name: self._members(life) for life in lives}
        for life in lives:
            leader = [m for m in groups[life.process.name] if life.identity and m.pid == life.identity.pid]
            procfs.send(leader or groups[life.process.name], life.process.stop_signal)
        deadline = time.monotonic() + max((life.process.grace_s for life in lives), default=0)
        for life in lives:
            procfs.wait_gone(groups[life.process.name], timeout_s=deadline - time.monotonic())
            stubborn = self._members(life)
            procfs.send(stubborn, signal.SIGKILL)
            procfs.wait_gone(stubborn, timeout_s=5)
            self._turn(life, State.STOPPED, "stopped")

    def _members(self, life: Life) -> list[procfs.Identity]:
        return procfs.group_members(life.identity) if life.identity else []

    def _turn(self, life: Life, state: State, news: str) -> None:
        life.state = state
        self._changed(life, news)


def describe(status: int | None) -> str:
    """An exit status as a person would say it."""
    if status is None:
        return "unknown status"
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"status {status}"


def last_lines(path: str | os.PathLike[str], *, count: int = 15) -> str:
    """The end of a log."""
    with contextlib.suppress(OSError), open(path, "rb") as file:  # noqa: PTH123 - a path either way
        file.seek(max(0, os.fstat(file.fileno()).st_size - 8192))
        return b"\n".join(file.read().splitlines()[-count:]).decode(errors="replace")
    return "(no log)"
