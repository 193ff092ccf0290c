"""The image of the Dockerfile, with every command of compose.yaml running from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from arhan import topology
from tests.full import image
from tests.journeys.test_first_transfer import (
    test_register_open_an_account_pay_and_the_payee_sees_it,
)

if TYPE_CHECKING:
    from tests.full.compose import Compose

__all__ = ["test_register_open_an_account_pay_and_the_payee_sees_it"]

pytestmark = pytest.mark.timeout(1800)
"""The first one builds the image and starts thirty programs."""
HOSTS = [process.host for process in topology.PROCESSES]


def test_the_image_has_no_compiler_and_does_not_run_as_root(bank: Compose) -> None:
    script = "id -u; for tool in gcc cc g++ make node npm uv pip; do command -v $tool || true; done"
    inside = image.buildah("run", "--isolation", "chroot", bank.container, "--", "sh", "-c", script)
    assert inside.split() == ["10001"]


def test_every_command_of_compose_runs_and_is_well(bank: Compose) -> None:
    assert set(bank.running) == set(HOSTS)
    for name in ("account", "account-engine", "account-worker", "account-relay", "beat", "fraud"):
        assert bank.health_check(name) == 0, name


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
