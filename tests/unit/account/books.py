"""A small bank in memory, and what must be true of its books after every step."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from arhan.account.cards.spending import Spending
from arhan.account.domain.book import AccountState, Book, HoldState, Outflow, PostedBefore
from arhan.account.domain.posting import apply, draft
from arhan.contracts.calendar import calendar_day
from arhan.contracts.tiers import tiers_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.account.cards.rules import CardState
    from arhan.contracts.account import Command, Entry, Outcome

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Snapshot:
    """Everything about the books that can be compared."""

    accounts: dict[str, AccountState]
    holds: dict[str, HoldState]
    entries: dict[str, list[Entry]]
    """By account, oldest first."""
    posted: frozenset[str]
    spending: dict[str, Spending]
    """What each card was used for."""
    outflows: dict[str, int]
    """What each customer with several accounts paid from all of them."""


class Books(Protocol):
    """A bank that can be posted to and looked at: in memory, or in a database."""

    def open_account(self, name: str, *, currency: str = "NGN", floor: int | None = 0) -> None:
        """An empty account under this id."""

    def set_account(self, name: str, *, field: str, value: object) -> None:
        """Change what an office may change: may_debit, may_credit, closed, pin_version, floor."""

    def post(self, commands: Sequence[Command]) -> list[Outcome]:
        """Post a batch now."""

    def join(self, customer: str, names: Sequence[str]) -> None:
        """These accounts are one customer's."""

    def issue_card(self, card: CardState) -> None:
        """A card that was never used."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""

    def snapshot(self) -> Snapshot:
        """The books as they are."""


@dataclass
class PureBooks:
    """Books in memory, moved by the pure core alone."""

    now: datetime = START
    accounts: dict[str, AccountState] = field(default_factory=dict)
    holds: dict[str, HoldState] = field(default_factory=dict)
    posted: dict[str, PostedBefore] = field(default_factory=dict)
    reversed: set[str] = field(default_factory=set)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    cards: dict[str, CardState] = field(default_factory=dict)
    spending: dict[str, Spending] = field(default_factory=dict)
    outflows: dict[tuple[str, str], Outflow] = field(default_factory=dict)

    def open_account(self, name: str, *, currency: str = "NGN", floor: int | None = 0) -> None:
        self.accounts[name] = AccountState(name, currency, "2010", 0, 0, floor, 0, True, True, False, 1)
        self.entries[name] = []

    def set_account(self, name: str, *, field: str, value: object) -> None:
        setattr(self.accounts[name], field, value)

    def join(self, customer: str, names: Sequence[str]) -> None:
        for name in names:
            self.accounts[name].spender = customer
            currency = self.accounts[name].currency
            self.outflows[customer, currency] = Outflow(customer, currency, START.date(), 0)

    def issue_card(self, card: CardState) -> None:
        self.cards[card.id] = card
        self.spending[card.id] = Spending(card.id)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def post(self, commands: Sequence[Command]) -> list[Outcome]:
        book = Book(
            self.accounts,
            self.holds,
            self.posted,
            self.reversed,
            self.cards,
            self.spending,
            self.outflows,
        )
        before = deepcopy(book)
        today = calendar_day(self.now)
        result = apply(
            book=book, drafts=draft(commands), now=self.now, booking_date=today, tiers=tiers_on(today)
        )
        assert book == before, "the rules changed the book they were given"
        for posted in result.posted:
            self.posted[posted.id] = PostedBefore(posted.fingerprint, posted.posted_at)
            self.reversed |= {posted.reverses} if posted.reverses else set()
            for entry in posted.entries:
                self.entries[entry.account].append(entry)
        self.accounts |= {account.id: account for account in result.accounts}
        self.holds |= {hold.id: hold for hold in result.holds}
        self.spending |= {spent.card: spent for spent in result.spending}
        self.outflows |= {(out.customer, out.currency): out for out in result.outflows}
        return result.outcomes

    def snapshot(self) -> Snapshot:
        return deepcopy(
            Snapshot(
                self.accounts,
                self.holds,
                self.entries,
                frozenset(self.posted),
                self.spending,
                {customer: out.amount for (customer, _), out in self.outflows.items()},
            )
        )


def check_invariants(books: Snapshot) -> None:
    """What is true of a bank's books at every moment."""
    sums: dict[str, int] = {}
    for account in books.accounts.values():
        sums[account.currency] = sums.get(account.currency, 0) + account.balance
    assert not any(sums.values()), f"money was made or lost: {sums}"
    for account in books.accounts.values():
        reserved = sum(h.remaining for h in books.holds.values() if h.account == account.id)
        assert account.held == reserved, f"{account.id} holds {account.held}, its open holds {reserved}"
        assert account.available is None or account.available >= 0, f"{account.id} is under its floor"
        check_statement(account, books.entries[account.id])
    assert all(bool(h.remaining) == (h.status == "open") for h in books.holds.values())


def check_statement(account: AccountState, entries: Sequence[Entry]) -> None:
    """The entries, replayed from nothing, give every running balance and the last one."""
    balance = 0
    for number, entry in enumerate(entries, start=1):
        balance += entry.amount if entry.side == "credit" else -entry.amount
        assert (entry.sequence, entry.balance_after) == (number, balance), entry
    assert (account.sequence, account.balance) == (len(entries), balance), account
