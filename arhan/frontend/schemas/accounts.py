"""Answers of account, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec


class Standing(msgspec.Struct, frozen=True):
    """What came of a wish to freeze or close: the account's status, or that of a proposal."""

    status: str


class Product(msgspec.Struct, frozen=True):
    """Something the bank offers."""

    code: str
    kind: str
    currency: str
    name: str = ""
    description: str = ""
    interest_rate: str | float | int = "0"

    @property
    def bears_interest(self) -> bool:
        """Whether money on it grows."""
        return float(self.interest_rate) > 0


class Account(msgspec.Struct, frozen=True):
    """A customer's account; balances in minor units of its currency."""

    id: str
    number: str
    product: str
    currency: str
    status: str
    balance: int
    available: int
    held: int = 0
    """Reserved by open holds."""
    name: str = ""
    kind: str = ""
    status_reason: str = ""
    customer: str | None = None
    opened_at: datetime | None = None


class Entry(msgspec.Struct, frozen=True):
    """One line of a statement."""

    seq: int
    movement_id: str
    kind: str
    side: Literal["debit", "credit"]
    amount: int
    balance_after: int
    booked_at: datetime
    narration: str = ""


class BankAccount(msgspec.Struct, frozen=True):
    """One of the bank's own accounts; its balance stands on the side that increases it."""

    id: str
    name: str
    currency: str
    balance: int


class Limit(msgspec.Struct, frozen=True):
    """One limit: the strictest there is, whose it is, and what it leaves; None where nobody limits."""

    limit: int | None = None
    source: str | None = None
    spent: int = 0
    left: int | None = None
    own: int | None = None

    @property
    def share(self) -> int:
        """How much of it is used, in percent."""
        return min(100, 100 * self.spent // self.limit) if self.limit else 0


class RaisedLimits(msgspec.Struct, frozen=True):
    """Limits that come into force once they have cooled off."""

    at: datetime
    payment: int | None = None
    day: int | None = None
    month: int | None = None


class Limits(msgspec.Struct, frozen=True):
    """What may leave an account, and what may come in."""

    currency: str
    payment: Limit
    day: Limit
    month: Limit
    single_deposit: int | None = None
    balance: int | None = None
    raised: RaisedLimits | None = None
