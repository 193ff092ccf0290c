"""The answers of the other services, as far as pages read them; unknown members are let pass."""

from __future__ import annotations

from datetime import date, datetime
from typing import Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")
OPEN_STATES = frozenset({"created", "screened"})


class Listed(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list; `next` is the cursor of the following one."""

    items: list[T]
    next: str | None = None


class Tokens(msgspec.Struct, frozen=True):
    """What identity gives whoever signs in."""

    access_token: str
    refresh_token: str
    expires_in: int


class Me(msgspec.Struct, frozen=True):
    """The person who is signed in."""

    id: str
    username: str
    role: str
    tier: int = 0
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    created_at: datetime | None = None

    @property
    def name(self) -> str:
        """First and last name, as the header shows it."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


class Factors(msgspec.Struct, frozen=True):
    """The second factors somebody has."""

    authenticator: bool
    recovery_codes_left: int = 0


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app needs; shown once."""

    secret: str
    qr_svg: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Codes for the day the authenticator is lost; shown once."""

    recovery_codes: list[str]


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


class Payment(msgspec.Struct, frozen=True):
    """A payment order."""

    id: str
    status: str
    amount: int
    currency: str
    created_at: datetime
    kind: str = "transfer"
    direction: Literal["out", "in", "any"] = "any"
    code: str = ""
    reasons: list[str] = msgspec.field(default_factory=list)
    narration: str = ""
    payer_account: str = ""
    payee_account: str = ""
    payer_number: str = ""
    payee_number: str = ""
    payer_name: str = ""
    payee_name: str = ""
    refund_of: str = ""
    refunded: int = 0
    refund_status: str = "none"
    decided_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the bank is still at it; review and requires_action wait for people."""
        return self.status in OPEN_STATES


class CheckedName(msgspec.Struct, frozen=True):
    """The holder's name behind an account number, valid for a short while."""

    ref: str
    name: str
    expires_at: datetime


class TrialBalanceLine(msgspec.Struct, frozen=True):
    """A ledger account with what was debited and credited."""

    code: str
    name: str
    type: str
    currency: str
    debit: int
    credit: int


class JournalPosting(msgspec.Struct, frozen=True):
    """One leg of a journal entry."""

    account: str
    ledger_account: str
    side: Literal["debit", "credit"]
    amount: int


class JournalEntry(msgspec.Struct, frozen=True):
    """A movement as the books keep it."""

    id: str
    movement_id: str
    kind: str
    currency: str
    booking_date: date
    narration: str = ""
    postings: list[JournalPosting] = msgspec.field(default_factory=list)
