"""What the posting rules need to know about the books: accounts, holds, and what was posted before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Literal, get_args

import msgspec

from arhan.account.cards.rules import CardState
from arhan.account.cards.spending import Spending

HoldStatus = Literal["open", "captured", "released", "expired"]
HOLD_STATUSES: tuple[str, ...] = get_args(HoldStatus)

MAX_BALANCE = 9 * 10**18
"""Largest balance kept, either side, in minor units: what still fits 64 bits with room to spare."""


class AccountState(msgspec.Struct):
    """An account as the rules see it. The store reads one from each balance row, in this order."""

    id: str
    currency: str
    ledger_account: str
    balance: int
    """Credits minus debits, in minor units, for every kind of account."""
    held: int
    """Sum of what its open holds still reserve."""
    floor: int | None
    """What the balance less the held amount may not fall below; None for the bank's own accounts."""
    sequence: int
    """How many entries it has."""
    may_debit: bool
    may_credit: bool
    closed: bool
    pin_version: int
    tier: int | None = None
    """The holder's; None for the bank's own accounts."""
    payment_limit: int | None = None
    """What may leave it in one payment, as product and customer will have it; None: no limit."""
    day_limit: int | None = None
    month_limit: int | None = None
    spent_on: date | None = None
    """The business day up to which the next two count."""
    spent_day: int = 0
    spent_month: int = 0
    spender: str | None = None
    """The customer with whose other accounts of the currency it shares the tier's limits; None: it has them alone."""

    @property
    def available(self) -> int | None:
        """What can be debited now; None when there is no limit."""
        return None if self.floor is None else self.balance - self.held - self.floor


class HoldState(msgspec.Struct):
    """A hold as the rules see it. The store reads one from each hold row, in this order."""

    id: str
    account: str
    currency: str
    remaining: int
    """What it still reserves; nothing once it has ended."""
    status: HoldStatus
    placed_at: datetime
    expires_at: datetime
    amount: int
    """What was reserved at first."""
    counted_on: date | None = None
    """The business day against whose limits it counts; what it does not use is given back to these."""
    card: str = ""
    """The card it was placed with, if it was one."""


class Outflow(msgspec.Struct):
    """What a customer paid, or promised, from all their accounts of a currency on a business day.

    Kept for customers who have several; the store reads one from each outflow row, in this order.
    """

    customer: str
    currency: str
    day: date
    amount: int

    def on(self, day: date) -> int:
        """What of it counts on this day."""
        return self.amount if self.day == day else 0


class PostedBefore(msgspec.Struct, frozen=True):
    """Something that was posted under an id: enough to recognise it."""

    fingerprint: bytes
    posted_at: datetime


NO_CARDS: Mapping[str, CardState] = {}
NO_SPENDING: Mapping[str, Spending] = {}
Outflows = Mapping[tuple[str, str], Outflow]
"""By customer and currency."""
NO_OUTFLOWS: Outflows = {}


class Book(msgspec.Struct, frozen=True):
    """The part of the books a batch of commands concerns, read and locked before it is decided."""

    accounts: Mapping[str, AccountState]
    holds: Mapping[str, HoldState] = {}
    posted: Mapping[str, PostedBefore] = {}
    """By id: what the commands' own ids, and the ids they reverse, were used for before."""
    reversed: Collection[str] = frozenset()
    """Those of the movements named by reversals that have been reversed."""
    cards: Mapping[str, CardState] = NO_CARDS
    """Cards that pay; only of commands that name one."""
    spending: Mapping[str, Spending] = NO_SPENDING
    """Counters of these cards, and of those whose holds end."""
    outflows: Outflows = NO_OUTFLOWS
    """Of customers who pay, or whose holds end, and have several accounts of the currency."""
