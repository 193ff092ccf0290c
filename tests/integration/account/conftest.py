"""Account's real database, and books in it for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.account_house import StoredBooks, another_database, migrated_database

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def account_environment() -> Iterator[dict[str, str]]:
    """What a process of the service is told; its database is migrated."""
    with migrated_database() as environment:
        yield environment


@pytest.fixture
def books(account_environment: dict[str, str]) -> Iterator[StoredBooks]:
    """Books of the test's own in the shared database."""
    found = StoredBooks(account_environment["DATABASE_URL"])
    yield found
    found.close()


@pytest.fixture(scope="session")
def night(account_environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """A database of the close of business's own: it moves the bank's date, on which all others depend."""
    with another_database(account_environment, name="arhan_account_night") as environment:
        yield environment
