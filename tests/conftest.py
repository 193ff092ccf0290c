"""What tests of every kind share: a whole bank, and a bank of one's own."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from schemathesis.pytest.plugin import SchemathesisFunction

from tests.bank import SHARED, Bank, open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

_made = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Make what all processes of this run share; those that run beside us find it in the environment."""
    if SHARED not in os.environ:
        config.stash[_made] = os.environ[SHARED] = str(open_directory())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Clear it away, if it was ours."""
    if made := config.stash.get(_made, None):
        del os.environ[SHARED]
        shutil.rmtree(made, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test a name of its own: of two with one name xdist would run one, and tell nobody.

    Schemathesis names all operations of a document alike.
    """
    for item in items:
        if isinstance(item, SchemathesisFunction):
            item._id = item.id.with_params(str(item.operation_label))
    twice = [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]
    if twice:
        msg = f"tests with one name: {', '.join(twice)}"
        raise pytest.UsageError(msg)


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
