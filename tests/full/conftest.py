"""The image, built once, and the bank of compose.yaml, running from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.full import compose, image
from tests.journeys.conftest import chromium, playwright_running, street

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.full.compose import Compose

__all__ = ["chromium", "playwright_running", "street"]


@pytest.fixture(scope="session")
def built() -> None:
    image.build()


@pytest.fixture(scope="session")
def bank(built: None) -> Iterator[Compose]:
    """Shared: tests put back what they take away."""
    with compose.up() as running:
        yield running
