"""What tests of every kind share: a whole bank, and a bank of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bank import Bank

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def bank() -> Iterator[Bank]:
    """One whole bank for every test that harms nobody: it is shared, and nothing in it is cleaned up."""
    with Bank.running() as running:
        yield running
        died = [name for name in running.processes() if running.restarts(name)]
        assert died == [], "a test killed processes of the bank that everybody shares"


@pytest.fixture
def own_bank() -> Iterator[Bank]:
    """A whole bank that a test may break."""
    with Bank.running() as running:
        yield running
