"""The launcher with some of the services: what does not need the whole bank."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from arhan import topology
from arhan.runner import databases
from arhan.runner.errors import CannotRun
from arhan.runner.home import Home
from arhan.runner.launcher import Launcher, rotate_logs
from arhan.runner.supervisor import State
from tests.bank import Bank, eventually
from tests.postgres import running

if TYPE_CHECKING:
    from pathlib import Path


def test_a_system_postgresql_serves_as_well(tmp_path: Path) -> None:
    with running() as elsewhere:
        settings = {"PATH": os.environ["PATH"], "ARHAN_PORTS": "auto"}
        settings |= {"ARHAN_POSTGRES_URL": elsewhere.server.superuser_url()}
        with Launcher(Home(tmp_path / "home"), services=["identity"], settings=settings) as launcher:
            launcher.start_database()
            assert launcher.migrate() == ["identity"]
            assert launcher.migrate() == []
            url = databases.service_url(
                launcher.site.server, launcher.site.keys, topology.service("identity")
            )
            with psycopg.connect(url) as identity:
                assert identity.execute("SELECT current_user").fetchone() == ("arhan_identity",)
            assert "postgres" not in launcher.supervisor.lives


def test_a_system_postgresql_without_a_superuser_is_refused(tmp_path: Path) -> None:
    with running() as elsewhere:
        settings = {"ARHAN_PORTS": "auto", "ARHAN_POSTGRES_URL": elsewhere.url("ledger")}
        launcher = Launcher(Home(tmp_path / "home"), services=[], settings=settings)
        with pytest.raises(CannotRun, match="must name a superuser"):
            launcher.start_database()


def test_a_system_postgresql_that_is_not_there_is_refused(tmp_path: Path) -> None:
    settings = {"ARHAN_PORTS": "auto", "ARHAN_POSTGRES_URL": "postgresql://nobody@/x?host=/nonexistent"}
    launcher = Launcher(Home(tmp_path / "home"), services=[], settings=settings)
    with pytest.raises(CannotRun, match="ARHAN_POSTGRES_URL does not answer"):
        launcher.start_database()


def test_everything_comes_back_after_the_death_of_the_nursery() -> None:
    """It is every process's parent: when it dies the kernel ends them all, PostgreSQL included."""
    with Bank.running(services=["identity"], own_nursery=True) as bank:
        nursery = bank.launcher.nursery
        assert nursery
        os.kill(nursery.pid, signal.SIGKILL)
        eventually(lambda: bank.restarts("identity.office") >= 1, what="the death of the office")
        for name in bank.processes():
            bank.wait_ready(name)
        assert httpx.get(f"{bank.gateway}/api/identity/.well-known/jwks.json").status_code == 200


def test_whatever_is_killed_in_one_bank_the_other_does_not_notice() -> None:
    """Banks of one run are children of one nursery; their names are the same, nothing else may be."""
    with Bank.running(services=["identity"]) as calm, Bank.running(services=["identity"]) as stormy:
        before = dict(calm.processes())
        assert not set(before.values()) & set(stormy.processes().values())
        assert not set(calm.launcher.site.ports.values()) & set(stormy.launcher.site.ports.values())
        for name in stormy.processes():
            stormy.crash(name)
        for name in stormy.processes():
            eventually(partial(has_come_back, stormy, name), what=f"{name} of the stormy bank")
        stormy.kill("identity.office")
        assert not stormy.is_running("identity.office")
        assert calm.processes() == before
        assert not any(calm.restarts(name) for name in before)
        page = "/api/identity/.well-known/jwks.json"
        assert httpx.get(calm.gateway + page).status_code == 200
        assert httpx.get(stormy.gateway + page).status_code in {502, 503}

        stormy.start("identity.office")
        assert httpx.get(stormy.gateway + page).status_code == 200
        told = {"ARHAN_FAILPOINT": "relay.positions_committed"}
        stormy.restart("relay", environment=told)
        assert stormy.launcher.supervisor.lives["relay"].extra == told


def has_come_back(bank: Bank, name: str) -> bool:
    life = bank.launcher.supervisor.lives[name]
    return life.restarts >= 1 and life.state is State.READY


def test_logs_of_the_last_runs_are_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.logs.mkdir()
    for run in range(6):
        rotate_logs(home)
        (home.logs / "relay.log").write_text(f"run {run}")
    kept = {path.name: path.read_text() for path in home.logs.iterdir()}
    assert kept == {
        "relay.log": "run 5",
        "relay.log.1": "run 4",
        "relay.log.2": "run 3",
        "relay.log.3": "run 2",
    }
