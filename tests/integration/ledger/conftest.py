"""One ledger for all tests, its books empty at the beginning of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import postgres
from tests.ledger_house import House

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def ledger() -> Iterator[House]:
    with postgres.running(migrated=True) as databases, House.open(databases) as opened:
        yield opened


@pytest.fixture
def house(ledger: House) -> Iterator[House]:
    with ledger.clean():
        yield ledger
