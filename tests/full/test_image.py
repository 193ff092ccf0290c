"""The image of the Dockerfile, with every command of compose.yaml running from it."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from arhan import topology
from tests.full import compose, image, servers
from tests.journeys.test_first_transfer import (
    test_register_open_an_account_pay_and_the_payee_sees_it,
)

if TYPE_CHECKING:
    from tests.full.compose import Compose

__all__ = ["test_register_open_an_account_pay_and_the_payee_sees_it"]

pytestmark = pytest.mark.timeout(1800)
"""The first one builds the image and starts thirty programs."""
BUILDAHS_OWN = {"/etc/hosts", "/etc/resolv.conf"}
HOSTS = [process.host for process in topology.PROCESSES]


def test_the_image_has_no_compiler_and_does_not_run_as_root(bank: Compose) -> None:
    script = "id -u; for tool in gcc cc g++ make node npm uv pip; do command -v $tool || true; done"
    inside = image.buildah("run", "--isolation", "chroot", bank.container, "--", "sh", "-c", script)
    assert inside.split() == ["10001"]


def test_every_command_of_compose_runs_and_is_well(bank: Compose) -> None:
    assert set(bank.running) == set(HOSTS)
    for name in ("account", "account-engine", "account-worker", "account-relay", "beat", "fraud"):
        assert bank.health_check(name) == 0, name


def test_a_process_that_has_not_begun_is_not_well(bank: Compose) -> None:
    words = bank.services["account"]["healthcheck"]["test"][3:]
    with tempfile.TemporaryDirectory(dir=bank.home) as nothing_there:
        command = bank.words("account", *words, temporary=Path(nothing_there))
        assert subprocess.run(command, capture_output=True, check=False, timeout=120).returncode == 1


def test_nobody_writes_but_where_compose_lets_them(bank: Compose) -> None:
    """In compose the root file system is read-only; here it could be written, and is not."""
    root = image.buildah("mount", bank.container)
    written = ["find", root, "-xdev", "-newermt", f"@{bank.began_at}", "-type", "f", "-size", "+0"]
    found = subprocess.run(written, capture_output=True, text=True, check=True, timeout=120).stdout.split()
    image.buildah("umount", bank.container)
    assert {path.removeprefix(root) for path in found} - BUILDAHS_OWN == set()


def test_an_operator_asks_beside_what_runs(bank: Compose) -> None:
    bank.ask("identity", "arhan", "mailbox", "list")
    assert bank.ask("ledger-worker", "arhan", "events", "dead", "--json").strip() == "[]"


def test_rabbitmq_s_management_knows_the_bank_s_own_user_only(bank: Compose) -> None:
    lines = (line.partition(" = ") for line in bank.broker_conf.read_text().splitlines())
    told = {name: value for name, _, value in lines}
    asked = f"http://{bank.address('broker')}:15672/api/overview"
    found = httpx.get(asked, auth=(told["default_user"], told["default_pass"]), timeout=60)
    assert found.json()["rabbitmq_version"].startswith("4.")
    assert httpx.get(asked, auth=("guest", "guest"), timeout=60).status_code == 401


def test_nginx_takes_what_init_writes_for_tls(bank: Compose) -> None:
    with tempfile.TemporaryDirectory(dir=bank.home) as directory:
        home = Path(directory)
        home.chmod(0o755)
        secured = replace(bank, home=home, settings={"ARHAN_TLS": "self-signed"})
        secured.run_once("init")
        conf = (secured.files("gateway") / "gateway.conf").read_text()
        assert "listen 0.0.0.0:8443 ssl" in conf
        assert "return 308 https://localhost:8443$request_uri" in conf
        assert '"max-age=31536000; includeSubDomains"' in conf
        service = secured.services["gateway"]
        check = secured.server("gateway", *service["entrypoint"], "-t", *service["command"])
        done = subprocess.run(check, capture_output=True, text=True, check=False, timeout=120)
        assert "test is successful" in done.stderr, done.stderr


def test_the_servers_are_those_that_compose_pins(pinned: None) -> None:
    """RabbitMQ's version is asked of the running one (test_broker_of_compose)."""
    pins = compose.ROOT.joinpath("compose.yaml").read_text()
    nginx = servers.version("/usr/sbin/nginx", "-v").rpartition("/")[2]
    postgres = servers.version(str(servers.POSTGRES / "postgres"), "--version").split()[2]
    assert f"nginx:{nginx.rpartition('.')[0]}}}" in pins
    assert f"postgres:{postgres.partition('.')[0]}-" in pins
    assert "rabbitmq:4-management" in pins


def test_what_is_internal_stays_inside(bank: Compose) -> None:
    for path in ("/api/account/internal/v1/movements", "/api/account/metrics", "/api/fraud/v1/decisions"):
        assert httpx.post(bank.gateway + path, json={}, timeout=30).status_code == 404, path


def test_the_demo_of_compose_pays(bank: Compose) -> None:
    words = bank.services["demo"]["command"]
    assert words == ["demo", "--url", "${ARHAN_DEMO_URL:-http://gateway:8080}"]
    bank.services["demo"]["command"] = [
        "demo", "--url", bank.gateway, "--customers", "4", "--payments", "20",
    ]  # fmt: skip
    bank.run_once("demo")
