"""`arhan up` as a person has it: a terminal, signals, a crash, a second start."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx
import psutil
import pytest

from arhan import topology
from arhan.runner import procfs
from tests.bank import copy_migrated, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1024 * 1024
START_LIMIT_S = 180


class Up:
    """One `arhan up` in a process of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.output = home.parent / "output"
        self.settings = {"ARHAN_HOME": str(home), "ARHAN_PORTS": "auto", "ARHAN_DEMO": "0"} | settings
        self.environment = {"PATH": os.environ["PATH"]} | self.settings
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "arhan", "up"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_open(self) -> None:
        eventually(
            lambda: "Ctrl-C closes the bank" in self.said() or self.process.poll() is not None,
            within_s=START_LIMIT_S,
            what="the opening of the bank",
        )
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "arhan", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.command("status", "--json").stdout))

    def pid(self, name: str) -> int:
        return next(int(row["pid"]) for row in self.status()["processes"] if row["name"] == name)

    def everybody(self) -> list[procfs.Identity]:
        """Every process of the bank, the launcher included."""
        pids = [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]
        return [found for pid in (self.process.pid, *pids) if (found := procfs.identify(pid))]

    def close(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=90)


@contextmanager
def directory(*, is_new: bool = False) -> Iterator[Path]:
    """A place for a bank that PostgreSQL's unprivileged user may reach; its databases are there already."""
    found = Path(tempfile.mkdtemp(prefix="arhan-up-"))
    found.chmod(0o755)
    if not is_new:
        copy_migrated(found / "home")
    try:
        yield found / "home"
    finally:
        shutil.rmtree(found, ignore_errors=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """A bank that is open, with its demo people, for tests that leave it open."""
    with directory(is_new=True) as home, Up(home, ARHAN_DEMO="1") as up:
        up.wait_open()
        yield up


def test_one_screen_tells_where_the_bank_is_and_who_can_sign_in(running: Up) -> None:
    said = running.said()
    assert re.search(r"http://127\.0\.0\.1:\d+", said)
    assert "/docs" in said
    people = json.loads((running.home / "demo.json").read_text())
    assert [person["role"] for person in people].count("customer") == 3
    assert {"teller", "support", "loan_officer", "risk", "auditor", "admin"} < {p["role"] for p in people}
    for person in people:
        assert person["username"] in said
        assert person["password"] in said


def test_status_knows_every_process_of_the_topology(running: Up) -> None:
    found = running.status()
    assert found["ready"] is True
    names = {row["name"] for row in found["processes"]}
    wanted = {f"{s.name}.office" for s in topology.SERVICES}
    wanted |= {f"{s.name}.engine" for s in topology.SERVICES if s.engine_port}
    wanted |= {f"{s.name}.worker" for s in topology.SERVICES if s.worker}
    assert names == wanted | {"launcher", "nursery", "postgres", "relay", "beat", "gateway"}
    assert all(row["pid"] and row["pss_bytes"] for row in found["processes"])
    assert all(row["health"] in {"ready", "alive"} for row in found["processes"])


def test_the_whole_bank_at_rest_fits_into_1_2_gibibytes(running: Up) -> None:
    assert running.status()["totals"]["pss_bytes"] < 1.2 * 1024 * MIB


def test_nothing_listens_to_the_world(running: Up) -> None:
    ours = {identity.pid for identity in running.everybody()}
    listening = [
        connection.laddr
        for connection in psutil.net_connections(kind="inet")
        if connection.pid in ours and connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_the_gateway_leads_to_every_service(running: Up) -> None:
    url = running.status()["gateway"]
    for service in topology.SERVICES:
        if service.name != "frontend":
            for page in ("openapi.json", "docs", "docs/swagger-ui-bundle.js"):
                assert httpx.get(f"{url}/api/{service.name}/{page}").status_code == 200, (service.name, page)
    assert httpx.get(url).status_code == 200


def test_the_demo_fills_the_bank_and_reports_every_outcome(running: Up) -> None:
    done = running.command("demo", "--customers", "3", "--payments", "10")
    assert done.returncode == 0, done.stderr
    outcomes = re.findall(
        r"^ +(\d+) (completed|declined|review|requires_action|refused)", done.stderr, re.MULTILINE
    )
    assert sum(int(count) for count, _ in outcomes) == 10, done.stderr


def test_a_second_launcher_on_the_same_directory_refuses(running: Up) -> None:
    done = running.command("up")
    assert done.returncode == 1
    assert f"A bank already runs on {running.home} (process {running.process.pid})" in done.stderr


def test_a_busy_port_is_named_with_its_process() -> None:
    with directory() as home, socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with Up(home, ARHAN_GATEWAY_PORT=str(port)) as up:
            assert up.process.wait(timeout=START_LIMIT_S) == 1
        assert re.search(
            rf"Port {port}, which gateway needs, is in use by\s+process {os.getpid()}", up.said()
        )


def test_a_crashed_process_is_started_again_and_said_so(running: Up) -> None:
    before = running.pid("ledger.worker")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: "ledger.worker ended with SIGKILL; starting it again in 0.5 s" in running.said())
    eventually(lambda: "ledger.worker ready" in running.said())
    assert running.pid("ledger.worker") != before
    row = next(r for r in running.status()["processes"] if r["name"] == "ledger.worker")
    assert row["restarts"] == 1


def test_the_bank_survives_the_death_of_its_database(running: Up) -> None:
    os.kill(running.pid("postgres"), signal.SIGKILL)
    eventually(lambda: "postgres ready" in running.said())
    eventually(lambda: running.status()["ready"], within_s=90, what="everybody's recovery")


def test_after_a_kill_of_the_launcher_the_next_start_cleans_up_and_works_with_the_same_data() -> None:
    """And asked to close, it leaves no process."""
    with directory() as home:
        with Up(home, ARHAN_DEMO="1") as first:
            first.wait_open()
            killed = first.everybody()
            assert len(killed) > 15
            assert (home / "demo.json").exists(), first.said()
            person = json.loads((home / "demo.json").read_text())[0]
            first.process.kill()
            first.process.wait()

        with Up(home) as second:
            second.wait_open()
            assert not [identity for identity in killed if identity.is_alive()]
            status = second.status()
            assert status["ready"]
            answer = httpx.post(
                status["gateway"] + "/api/identity/v1/tokens",
                json={"username": person["username"], "password": person["password"]},
                timeout=30,
            )
            assert answer.status_code == 200
            everybody = second.everybody()
            assert second.close(signal.SIGTERM) == 0
            assert not [identity for identity in everybody if identity.is_alive()]


def test_told_to_close_while_it_opens_it_closes() -> None:
    with directory() as home, Up(home) as up:
        eventually(lambda: "Starting services" in up.said(), within_s=START_LIMIT_S)
        everybody = up.everybody()
        assert up.close(signal.SIGINT) == 0
        assert not [identity for identity in everybody if identity.is_alive()]
        assert "Arhan is open" not in up.said()
