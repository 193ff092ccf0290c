"""The pure core under random use."""

from __future__ import annotations

from hypothesis import settings

from tests.properties.account.machine import Bank
from tests.unit.account.books import Books, PureBooks


class PureBank(Bank):
    """Books in memory."""

    def make_books(self) -> Books:
        return PureBooks()


TestPureBank = PureBank.TestCase
TestPureBank.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
