"""The image, built once, and the bank of compose.yaml, running from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.full import compose, image, servers
from tests.journeys.conftest import chromium, playwright_running, rota, street

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.full.compose import Compose

__all__ = ["chromium", "playwright_running", "rota", "street"]
DELAYS: dict[str, float] = {}
"""What was done to the broker -> seconds until everything published meanwhile had been applied."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, seconds in DELAYS.items():
        terminalreporter.write_line(f"{what}: all events applied {seconds:.1f} s after it was over")


@pytest.fixture(scope="session")
def built() -> None:
    image.build()


@pytest.fixture(scope="session")
def pinned() -> None:
    servers.install()


@pytest.fixture(scope="session")
def bank(built: None, pinned: None) -> Iterator[Compose]:
    """Shared: tests put back what they take away."""
    with compose.up() as running:
        yield running
