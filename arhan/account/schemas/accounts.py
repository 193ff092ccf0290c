"""Accounts, as requests and answers. Amounts are whole numbers of the currency's minor unit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from arhan.account.domain import pins
from arhan.account.domain.lifecycle import FrozenSide
from arhan.kernel.office import Shape

Pin = Annotated[str, Field(pattern=pins.PATTERN, examples=["0427"])]
Reason = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[Decimal, PlainSerializer(lambda rate: f"{rate:f}", return_type=str)]


class ProductShape(Shape):
    """What a customer can open."""

    code: str
    kind: str
    name: str
    currency: str
    interest_rate: Percent
    """Percent a year, as a decimal number in a string."""


class Opening(Shape):
    """Which account to open, and the PIN it will ask for."""

    product: Annotated[str, Field(min_length=1, max_length=64)]
    pin: Pin


class AccountShape(Shape):
    """An account as its owner or the bank's staff see it."""

    id: str
    number: str | None
    """Ten digits to be paid by; the bank's own accounts have none."""
    product: str | None
    kind: str | None
    currency: str
    status: str
    status_reason: str
    status_changed_by: str
    """Person id of whoever froze, unfroze or closed it; empty when nobody did."""
    frozen_side: str
    """Of a frozen account: debit (nothing leaves it), credit (nothing comes in) or both; else empty."""
    name: str
    """The holder."""
    customer: str | None
    balance: int
    """Posted so far; of the bank's own accounts on the side that increases them."""
    held: int
    """Reserved by open holds."""
    available: int | None
    """What can be spent now; null where there is no limit."""
    opened_at: datetime


class AccountPage(Shape):
    """Accounts, newest first."""

    items: list[AccountShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""


class EntryShape(Shape):
    """A line of an account's statement."""

    seq: int
    movement_id: str
    kind: str
    side: str
    amount: int
    balance_after: int
    booked_at: datetime
    value_date: date
    narration: str


class EntryPage(Shape):
    """Entries, newest first."""

    items: list[EntryShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""


class StatusChange(Shape):
    """Why; staff must say."""

    reason: Reason | None = None


class Freeze(Shape):
    """Which way money may not move any more, and why; staff must say why."""

    reason: Reason | None = None
    side: FrozenSide = "debit"


class PinChange(Shape):
    """A new PIN; the owner proves the current one, staff give a reason instead."""

    new_pin: Pin
    current_pin: Pin | None = None
    reason: Reason | None = None


class AccountFound(Shape):
    """An account as siblings see it."""

    id: str
    number: str | None
    customer: str
    """Person id; empty for the bank's own accounts."""
    name: str
    product: str | None
    currency: str
    status: str
    ledger_account: str
    opened_at: datetime


class AccountsFound(Shape):
    """Accounts that match; unknown ones are left out."""

    items: list[AccountFound]
    next: str | None


class BalanceFound(Shape):
    """A balance as the books are compared: credits minus debits for every kind of account."""

    account: str
    ledger_account: str
    currency: str
    balance: int
    sequence: int
    customer: str
    """Person id; empty for the bank's own accounts."""


class BalancePage(Shape):
    """Balances by account id."""

    items: list[BalanceFound]
    next: str | None
