from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from arhan.runner import procfs
from arhan.runner.errors import CannotRun
from arhan.runner.nursery import Nursery, Order
from tests.bank import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENVIRONMENT = {"PATH": os.environ["PATH"], "SECRET": "told to this child only"}


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    running = Nursery(log=tmp_path / "nursery.log")
    yield running
    running.close()


def python(script: str, tmp_path: Path, *, name: str = "child") -> Order:
    """A child that runs a module written just now."""
    module = tmp_path / f"{name}_module.py"
    module.write_text(textwrap.dedent(script))
    runner = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {name}_module"
    return Order(
        title=name,
        command=("timeit", "-n1", "-r1", runner),
        environment=ENVIRONMENT,
        log=str(tmp_path / f"{name}.log"),
    )


def program(tmp_path: Path, *command: str, name: str = "program") -> Order:
    return Order(
        title=name, command=command, environment=ENVIRONMENT, log=str(tmp_path / f"{name}.log"), python=False
    )


def finished(tmp_path: Path, name: str) -> str:
    path = tmp_path / f"{name}.out"
    eventually(path.exists, what=f"{name}'s word")
    return path.read_text()


def test_a_child_has_its_environment_and_nothing_of_the_launcher_s(nursery: Nursery, tmp_path: Path) -> None:
    script = f"""
        import json, os, pathlib
        path = pathlib.Path({str(tmp_path)!r})
        (path / "part").write_text(json.dumps(dict(os.environ)))
        (path / "part").rename(path / "child.out")
    """
    nursery.spawn(python(script, tmp_path))
    assert json.loads(finished(tmp_path, "child")) == ENVIRONMENT


def test_what_a_child_says_is_in_its_log(nursery: Nursery, tmp_path: Path) -> None:
    child = nursery.spawn(program(tmp_path, "/bin/sh", "-c", "echo out; echo err >&2; exit 7"))
    eventually(lambda: child.poll() is not None)
    assert child.poll() == 7
    assert (tmp_path / "program.log").read_text() == "out\nerr\n"


def test_a_child_killed_is_reported_with_its_signal(nursery: Nursery, tmp_path: Path) -> None:
    child = nursery.spawn(program(tmp_path, "/bin/sleep", "600"))
    assert child.poll() is None
    os.kill(child.pid, signal.SIGKILL)
    eventually(lambda: child.poll() is not None)
    assert child.poll() == -signal.SIGKILL


def test_a_program_that_is_not_there_says_so_in_the_log(nursery: Nursery, tmp_path: Path) -> None:
    child = nursery.spawn(program(tmp_path, "/nowhere/postgres"))
    eventually(lambda: child.poll() is not None)
    assert child.poll() == 127
    assert "/nowhere/postgres" in (tmp_path / "program.log").read_text()


def test_each_child_leads_a_group_of_its_own(nursery: Nursery, tmp_path: Path) -> None:
    child = nursery.spawn(program(tmp_path, "/bin/sh", "-c", "sleep 600 & sleep 600"))
    leader = procfs.identify(child.pid)
    assert leader
    eventually(lambda: len(procfs.group_members(leader)) == 3)
    procfs.send(procfs.group_members(leader), signal.SIGKILL)
    eventually(lambda: not procfs.group_members(leader))


def test_two_children_never_draw_the_same_random_numbers(nursery: Nursery, tmp_path: Path) -> None:
    """They are forks of one process; generators seeded before the fork would repeat themselves."""
    script = f"""
        import pathlib, random, secrets, uuid, uuid_utils, numpy
        from cryptography.fernet import Fernet
        drawn = [str(uuid.uuid4()), str(uuid_utils.uuid7())[-12:], str(uuid_utils.uuid4()), secrets.token_hex(8),
                 str(random.random()), str(numpy.random.default_rng().random()), Fernet.generate_key().decode()]
        path = pathlib.Path({str(tmp_path)!r})
        (path / "NAME.part").write_text(" ".join(drawn))
        (path / "NAME.part").rename(path / "NAME.out")
    """
    for name in ("one", "other"):
        nursery.spawn(python(script.replace("NAME", name), tmp_path, name=name))
    one, other = finished(tmp_path, "one").split(), finished(tmp_path, "other").split()
    assert len(one) == len(other) == 7
    assert not set(one) & set(other)


def test_when_the_launcher_is_killed_the_nursery_and_its_children_end(tmp_path: Path) -> None:
    script = f"""
        import time
        from pathlib import Path
        from arhan.runner.nursery import Nursery, Order
        nursery = Nursery(log=Path({str(tmp_path / "nursery.log")!r}))
        child = nursery.spawn(Order(title="x", command=("/bin/sleep", "600"), environment={{}},
                                    log={str(tmp_path / "child.log")!r}, python=False))
        print(nursery.pid, child.pid, flush=True)
        time.sleep(600)
    """
    launcher = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout
    found = [procfs.identify(int(pid)) for pid in launcher.stdout.readline().split()]
    running = [identity for identity in found if identity]
    assert len(running) == 2
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    assert procfs.wait_gone(running, timeout_s=30)


def test_a_nursery_that_died_is_not_asked_in_vain(nursery: Nursery, tmp_path: Path) -> None:
    child = nursery.spawn(program(tmp_path, "/bin/sleep", "600"))
    os.kill(nursery.pid, signal.SIGKILL)
    eventually(lambda: child.poll() is not None)
    assert not nursery.is_open
    with pytest.raises(CannotRun, match=r"nursery\.log"):
        nursery.spawn(program(tmp_path, "/bin/sleep", "600"))
