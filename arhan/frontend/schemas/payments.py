"""Answers of payment, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from arhan.frontend.schemas.parties import Approval

OPEN_STATES = frozenset({"created", "screened"})


class Charge(msgspec.Struct, frozen=True):
    """One thing a transfer costs."""

    name: str
    amount: int
    goes_to: str = "bank"


class Quote(msgspec.Struct, frozen=True):
    """What a transfer would cost its payer."""

    fee: int
    total: int
    fees: list[Charge] = msgspec.field(default_factory=list)


class Payment(msgspec.Struct, frozen=True):
    """A payment order."""

    id: str
    status: str
    amount: int
    currency: str
    created_at: datetime
    fee: int = 0
    """What it cost its payer besides the amount; nobody else is told."""
    fees: list[Charge] = msgspec.field(default_factory=list)
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
    initiator: str = ""
    signatures: int = 1
    """How many people must sign it."""
    approvals: list[Approval] = msgspec.field(default_factory=list)
    """What those who sign said, besides its initiator."""
    outcome: str = ""
    """What screening said; for staff."""
    decided_at: datetime | None = None

    @property
    def can_be_refunded(self) -> bool:
        """Whether its receiver may give it back: a whole transfer that has not gone back yet."""
        received = self.direction == "in" and self.status == "completed"
        return received and self.kind == "transfer" and self.refunded == 0

    @property
    def total(self) -> int:
        """What left, or leaves, the payer's account."""
        return self.amount + self.fee

    @property
    def is_open(self) -> bool:
        """Whether the bank is still at it; review and requires_action wait for people."""
        return self.status in OPEN_STATES


class CheckedName(msgspec.Struct, frozen=True):
    """The holder's name behind an account number, valid for a short while."""

    ref: str
    name: str
    expires_at: datetime


class Month(msgspec.Struct, frozen=True):
    """A calendar month of one currency."""

    month: date
    currency: str
    received: int
    sent: int


class PaidMost(msgspec.Struct, frozen=True):
    """Somebody who was paid, and how much in all."""

    number: str
    name: str
    currency: str
    sent: int
    payments: int


class Spending(msgspec.Struct, frozen=True):
    """What went out in one way."""

    kind: str
    currency: str
    sent: int
    payments: int


class MonthlyFigures(msgspec.Struct, frozen=True):
    """What came in and went out by month, in which ways, and who was paid most; the newest payments."""

    months: list[Month]
    payees: list[PaidMost]
    spending: list[Spending] = msgspec.field(default_factory=list)
    recent: list[Payment] = msgspec.field(default_factory=list)


class HourCount(msgspec.Struct, frozen=True):
    """Orders of one hour that are of one kind and came to one end."""

    hour: datetime
    kind: str
    status: str
    code: str
    currency: str
    payments: int
    amount: int


class HourlyFigures(msgspec.Struct, frozen=True):
    """The bank's last hours; those without an order are left out."""

    hours: list[HourCount]


class Beneficiary(msgspec.Struct, frozen=True):
    """A payee saved by the payer."""

    id: str
    number: str
    name: str
    nickname: str
    saved_at: datetime
