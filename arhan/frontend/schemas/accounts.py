"""Answers of account, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

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
    version: int = 0
    terms: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def months(self) -> list[int]:
        """For how long a fixed-term deposit may be placed."""
        chart = (self.terms.get("fixed_term") or {}).get("chart") or []
        return sorted({int(row["months"]) for row in chart})

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
    status_changed_by: str = ""
    frozen_side: str = ""
    """Of a frozen account: debit (nothing leaves it), credit (nothing comes in) or both."""
    frozen_by: str = ""
    """Of a frozen account: holder or bank."""
    frozen_by_name: str = ""
    """The holder who froze it."""
    may_unfreeze: bool = False
    """Whether who asked can let it go."""
    customer: str | None = None
    opened_at: datetime | None = None

    @property
    def frozen_by_bank(self) -> bool:
        """Whether only the bank can let it move again."""
        return self.frozen_by == "bank"

    @property
    def may_pay(self) -> bool:
        """Whether money may leave it."""
        return self.status == "active" or (self.status == "frozen" and self.frozen_side == "credit")


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


class ProductVersion(msgspec.Struct, frozen=True):
    """A version of a product; accounts keep theirs until they are moved."""

    number: int
    since: date
    terms: dict[str, Any]
    proposal: str = ""


class Deposit(msgspec.Struct, frozen=True):
    """A fixed-term deposit; the rate in ten-thousandths of a percent a year."""

    principal: int
    months: int
    rate: int
    begins_on: date
    matures_on: date
    at_maturity: str
    state: str

    @property
    def percent(self) -> float:
        """A year."""
        return self.rate / 10_000


class Pot(msgspec.Struct, frozen=True):
    """What somebody saves for."""

    name: str
    goal: int
    by: date | None = None


class InterestPaid(msgspec.Struct, frozen=True):
    """Interest that was paid, and overdraft interest that was charged."""

    booked_on: date
    paid: int
    tax: int
    charged: int


class AccountTerms(msgspec.Struct, frozen=True):
    """What an account promises and what it has earned."""

    product: str
    version: int
    interest_accrued: int = 0
    overdraft_accrued: int = 0
    deposit: Deposit | None = None
    pot: Pot | None = None
    interest: list[InterestPaid] = msgspec.field(default_factory=list)
