"""Accounts, as requests and answers. Amounts are whole numbers of the currency's minor unit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from arhan.account.domain import pins
from arhan.account.domain.lifecycle import FrozenSide
from arhan.kernel.money import MAX_AMOUNT
from arhan.kernel.office import Shape

FIRST_ENTRY = 2**63 - 1
"""Before every entry there can be: where the first page begins."""
Pin = Annotated[str, Field(pattern=pins.PATTERN, examples=["0427"])]
Reason = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[Decimal, PlainSerializer(lambda rate: f"{rate:f}", return_type=str)]


class PlacementWanted(Shape):
    """A fixed-term deposit: how much, for how long, from where, and what then."""

    amount: Annotated[int, Field(gt=0, le=10**13)]
    months: Annotated[int, Field(ge=1, le=120)]
    from_account: Annotated[str, Field(min_length=1, max_length=64)]
    from_pin: Pin
    """The PIN of that account."""
    at_maturity: Literal["pay_out", "renew_principal", "renew_all"] = "pay_out"


class GoalWanted(Shape):
    """What a pot is for."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    amount: Annotated[int, Field(gt=0, le=10**13)]
    by: date | None = None


class Opening(Shape):
    """Which account to open, and the PIN it will ask for."""

    product: Annotated[str, Field(min_length=1, max_length=64)]
    pin: Pin
    deposit: PlacementWanted | None = None
    """For a fixed-term deposit."""
    goal: GoalWanted | None = None
    """For a pot."""


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
    frozen_by: Literal["", "holder", "bank"]
    """Who froze it: one of its holders, or the bank; else empty."""
    frozen_by_name: str
    """Of the holder who froze it."""
    may_unfreeze: bool
    """Whether I, as one of its holders, can let it go; of staff their permissions say it."""
    name: str
    """The holder."""
    customer: str | None
    """Who owns it: a person's id, or a business's."""
    signatures: int
    """How many sign a payment of at least `signatures_from` minor units."""
    signatures_from: int
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
    booking_date: date
    """The business day."""
    value_date: date
    narration: str


class EntryQuery(Shape):
    """Which entries to list; what is left out matches everything."""

    kind: Annotated[str, Field(max_length=64)] = ""
    side: Literal["", "debit", "credit"] = ""
    least: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] = 0
    """Smallest amount."""
    most: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] = MAX_AMOUNT
    """Largest amount."""
    text: Annotated[str, Field(max_length=100)] = ""
    """Words of the narration, or a movement's id."""
    since: Annotated[date, Field(ge=date(1900, 1, 1))] | None = None
    """First business day."""
    until: Annotated[date, Field(le=date(2999, 12, 31))] | None = None
    """Last business day."""
    after: Annotated[int, Field(ge=1, le=FIRST_ENTRY)] = FIRST_ENTRY
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class BalanceAt(Shape):
    """What an account held at a time, on the side that increases it."""

    account: str
    currency: str
    at: str
    """The moment or the business day that was asked for."""
    by: Literal["booking", "value"]
    balance: int


class EntryPage(Shape):
    """Entries, newest first; a search for something rare may have short pages, even empty ones."""

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


class Closing(Shape):
    """Why, and where what is left goes."""

    reason: Reason | None = None
    remainder_to: Annotated[str, Field(max_length=64)] = ""
    """An account's id or number; a fixed-term deposit pays where it came from when this is left out."""
    pin: Pin | None = None
    """The account's; needed where what is left goes to somebody else."""


class PinChange(Shape):
    """A new PIN of one's own; who pays with it proves the current one, staff give a reason instead."""

    new_pin: Pin
    current_pin: Pin | None = None
    reason: Reason | None = None
    party: Annotated[str, Field(max_length=64)] | None = None
    """For staff: whose PIN, if not the owner's."""


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
