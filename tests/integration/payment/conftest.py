from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.payment_fakes import Books, Holder, Screener, holder
from tests.payment_house import House, migrated_database

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def payment_database() -> Iterator[str]:
    with migrated_database() as url:
        yield url


@pytest.fixture
def ada() -> Holder:
    return holder("ada")


@pytest.fixture
def bola() -> Holder:
    return holder("bola")


@pytest.fixture
def books(ada: Holder, bola: Holder) -> Books:
    return Books(ada, bola)


@pytest.fixture
def screener() -> Screener:
    return Screener()


@pytest.fixture
def house(payment_database: str, books: Books, screener: Screener) -> Iterator[House]:
    with House.open(payment_database, books, screener) as opened:
        yield opened
