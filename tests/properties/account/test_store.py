"""The real store under the same random use, and beside it the pure core: both say the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.account_house import StoredBooks, migrated_database
from tests.properties.account.machine import Bank
from tests.unit.account.books import PureBooks, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.account.cards.rules import CardState
    from arhan.contracts.account import Command, Outcome
    from tests.unit.account.books import Books


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with migrated_database() as environment:
        yield environment["DATABASE_URL"]


@dataclass
class TwinBooks:
    """A database and a memory side by side: every answer and every state must agree."""

    stored: StoredBooks
    pure: PureBooks = field(default_factory=PureBooks)

    def open_account(self, name: str, *, currency: str = "NGN", floor: int | None = 0) -> None:
        self.stored.open_account(name, currency=currency, floor=floor)
        self.pure.open_account(name, currency=currency, floor=floor)

    def set_account(self, name: str, *, field: str, value: object) -> None:
        self.stored.set_account(name, field=field, value=value)
        self.pure.set_account(name, field=field, value=value)

    def issue_card(self, card: CardState) -> None:
        self.stored.issue_card(card)
        self.pure.issue_card(card)

    def wait(self, seconds: float) -> None:
        self.stored.wait(seconds)
        self.pure.wait(seconds)

    def post(self, commands: Sequence[Command]) -> list[Outcome]:
        outcomes = self.stored.post(commands)
        assert outcomes == self.pure.post(commands)
        return outcomes

    def snapshot(self) -> Snapshot:
        found = self.stored.snapshot()
        assert found == self.pure.snapshot()
        return found


def test_the_store_does_what_the_core_says(url: str) -> None:
    class StoredBank(Bank):
        def make_books(self) -> Books:
            self.twins = TwinBooks(StoredBooks(url))
            return self.twins

        def teardown(self) -> None:
            if hasattr(self, "twins"):
                self.twins.stored.close()

    run_state_machine_as_test(
        StoredBank,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
