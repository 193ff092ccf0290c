from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from arhan.runner import supervisor
from arhan.runner.errors import CannotRun
from arhan.runner.nursery import Order
from arhan.runner.supervisor import Life, Process, State, Supervisor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Child:
    """A process that exists on paper; its number is nobody's."""

    def __init__(self) -> None:
        self.pid = 4_194_304 + 1
        self.status: int | None = None

    def poll(self) -> int | None:
        return self.status


class World:
    """Births, a clock that is turned by hand, and what was said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        self.children: dict[str, list[Child]] = {}
        self.told: list[tuple[str, Mapping[str, str]]] = []
        self.news: list[str] = []
        self.ready: set[str] = set()
        self.supervisor = Supervisor(spawn=self._spawn, changed=self._hear)
        monkeypatch.setattr("arhan.runner.supervisor.time.monotonic", lambda: self.now)
        monkeypatch.setattr("arhan.runner.supervisor.time.sleep", self._sleep)

    def add(self, *names: str, once: bool = False, log: str = "/dev/null") -> None:
        for name in names:
            order = Order(title=name, command=("module",), environment={}, log=log)
            probe = None if once else (lambda name=name: Probe(self, name))
            self.supervisor.add([Process(name=name, order=order, probe=probe)])

    def tick(self, *, after_s: float = 0.0) -> None:
        self.now += after_s
        self.supervisor.tick()

    def die(self, name: str, status: int = -signal.SIGKILL) -> None:
        self.children[name][-1].status = status

    def state(self, name: str) -> State:
        return self.supervisor.lives[name].state

    def births(self, name: str) -> int:
        return len(self.children.get(name, []))

    def _spawn(self, process: Process, extra: Mapping[str, str]) -> Child:
        child = Child()
        self.children.setdefault(process.name, []).append(child)
        self.told.append((process.name, extra))
        return child

    def _hear(self, life: Life, news: str) -> None:
        self.news.append(f"{life.process.name} {news}")

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


class Probe:
    def __init__(self, world: World, name: str) -> None:
        self._world, self._name = world, name

    def is_ready(self) -> bool:
        return self._name in self._world.ready


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_all_start_at_once_and_are_ready_when_they_say_so(world: World) -> None:
    world.add("office", "engine")
    world.tick()
    assert world.state("office") == world.state("engine") == State.STARTING
    world.ready.add("engine")
    world.tick()
    assert (world.state("office"), world.state("engine")) == (State.STARTING, State.READY)


def test_a_death_is_said_and_mended_after_half_a_second(world: World) -> None:
    world.add("worker")
    world.ready.add("worker")
    world.tick()
    world.tick()
    world.die("worker")
    world.tick()
    assert world.news[-1] == "worker ended with SIGKILL; starting it again in 0.5 s"
    world.tick(after_s=0.4)
    assert world.births("worker") == 1
    world.tick(after_s=0.2)
    world.tick()
    assert (world.births("worker"), world.state("worker")) == (2, State.READY)


def test_pauses_double_up_to_half_a_minute(world: World) -> None:
    world.add("worker")
    world.ready.add("worker")
    pauses = []
    for _ in range(9):
        world.tick(after_s=40)
        world.tick()
        world.die("worker", status=1)
        world.tick()
        pauses.append(world.news[-1].removeprefix("worker ended with status 1; starting it again in "))
    assert pauses == ["0.5 s", "1 s", "2 s", "4 s", "8 s", "16 s", "30 s", "30 s", "30 s"]


def test_a_calm_minute_is_forgiven(world: World) -> None:
    world.add("worker")
    world.ready.add("worker")
    for _ in range(3):
        world.tick(after_s=40)
        world.tick()
        world.die("worker")
        world.tick()
    world.tick(after_s=40)
    world.tick()
    world.tick(after_s=61)
    world.die("worker")
    world.tick()
    assert world.news[-1].endswith("in 0.5 s")


def test_a_one_off_is_done_when_it_ends_well(world: World) -> None:
    world.add("migration", once=True)
    world.tick()
    world.die("migration", status=0)
    world.tick()
    world.tick(after_s=100)
    assert (world.state("migration"), world.births("migration")) == (State.DONE, 1)


def test_a_one_off_that_fails_ends_the_start_with_the_end_of_its_log(world: World, tmp_path: Path) -> None:
    log = tmp_path / "migration.log"
    log.write_text("relation already exists\n")
    world.add("migration", once=True, log=str(log))
    world.tick()
    world.die("migration", status=1)
    with pytest.raises(CannotRun, match=r"(?s)migration does not start.*relation already exists"):
        world.supervisor.wait_up(timeout_s=60)


def test_three_deaths_before_it_was_ever_ready_end_the_start(world: World) -> None:
    world.add("office")
    births = world.births

    def die_soon() -> None:
        if births("office"):
            world.die("office", status=3)

    with pytest.raises(CannotRun, match="office does not start"):
        world.supervisor.wait_up(timeout_s=60, look=die_soon)
    assert births("office") == 3


def test_what_is_not_ready_in_time_is_named(world: World) -> None:
    world.add("office", "engine")
    world.ready.add("engine")
    with pytest.raises(CannotRun, match=r"Not ready after 30 s: office\."):
        world.supervisor.wait_up(timeout_s=30)


def test_what_is_held_stays_dead_until_it_is_started_with_what_it_is_told(world: World) -> None:
    world.add("worker")
    world.ready.add("worker")
    world.tick()
    world.tick()
    world.supervisor.hold("worker")
    world.die("worker")
    world.tick(after_s=100)
    assert world.births("worker") == 1
    world.supervisor.start("worker", extra={"ARHAN_FAILPOINT": "relay.sent_to_one"})
    world.tick()
    assert world.told[-1] == ("worker", {"ARHAN_FAILPOINT": "relay.sent_to_one"})


@pytest.mark.parametrize(
    ("status", "words"),
    [(None, "unknown status"), (0, "status 0"), (2, "status 2"), (-15, "SIGTERM"), (-99, "status -99")],
)
def test_an_exit_status_in_words(status: int | None, words: str) -> None:
    assert supervisor.describe(status) == words
