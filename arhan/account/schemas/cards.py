"""Cards, as requests and answers. Amounts are whole numbers of the currency's minor unit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from arhan.account.cards.controls import LimitWindow
from arhan.account.cards.states import BlockReason, CloseReason, Kind, Variant
from arhan.account.schemas.accounts import Pin, Reason
from arhan.contracts.account import Channel
from arhan.kernel.money import MAX_AMOUNT
from arhan.kernel.office import Shape

Mcc = Annotated[str, Field(pattern=r"^[0-9]{4}$", examples=["5411"])]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["NG"])]
Merchant = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,34}$", examples=["0123456789"])]
"""Number of the account that is paid."""
Proof = Annotated[str, Field(min_length=1, max_length=4096)]
MOST_RULES = 100


class CardRequest(Shape):
    """A card to be made on an account, and the PIN it will ask for."""

    account: Annotated[str, Field(min_length=1, max_length=64)]
    type: Kind = "virtual"
    variant: Variant = "standard"
    pin: Pin | None = None


class LimitShape(Shape):
    """No more than this much, or this often, in a window; `use` is one payment."""

    window: LimitWindow
    amount: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] | None = None
    count: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class ControlsShape(Shape):
    """One set of rules. An `allowed` list that is there allows nothing else; `blocked` wins over it."""

    online: bool = True
    limits: Annotated[list[LimitShape], Field(max_length=20)] = Field(default_factory=list)
    channels_allowed: list[Channel] | None = None
    countries_allowed: Annotated[list[Country], Field(max_length=MOST_RULES)] | None = None
    countries_blocked: Annotated[list[Country], Field(max_length=MOST_RULES)] = Field(default_factory=list)
    mccs_allowed: Annotated[list[Mcc], Field(max_length=MOST_RULES)] | None = None
    mccs_blocked: Annotated[list[Mcc], Field(max_length=MOST_RULES)] = Field(default_factory=list)
    merchants_allowed: Annotated[list[Merchant], Field(max_length=MOST_RULES)] | None = None
    merchants_blocked: Annotated[list[Merchant], Field(max_length=MOST_RULES)] = Field(default_factory=list)


class ControlsChange(ControlsShape):
    """New rules, in place of all that whoever asks had set before; staff say why."""

    reason: Reason | None = None


class SpentShape(Shape):
    """What was authorised in a window of the bank's day and not given back."""

    window: str
    amount: int
    count: int


class CardShape(Shape):
    """A card as its owner or the bank's staff see it: never its number."""

    id: str
    account: str
    currency: str
    """The account's; limits and what was spent are in its minor unit."""
    type: str
    variant: str
    bin: str
    last4: str
    expiry: str
    """As printed: MM/YY."""
    name: str
    status: str
    reason: str
    """Why it is frozen or closed."""
    pin_status: str
    """ok, blocked or not_set."""
    controls: ControlsShape
    """The owner's rules."""
    bank_controls: ControlsShape
    """The bank's; a payment must be allowed by both."""
    spent: list[SpentShape]
    replaces: str | None
    replaced_by: str | None
    issued_at: datetime


class CardPage(Shape):
    """Cards, newest first."""

    items: list[CardShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""


class CardBlock(Shape):
    """Why the card must never pay again."""

    reason: BlockReason


class CardClosing(Shape):
    """Why the card is closed."""

    reason: CloseReason = "customer_request"


class CardReplacement(Shape):
    """Why another card is needed, and the PIN it will ask for."""

    reason: CloseReason = "damaged"
    pin: Pin | None = None


class CardPinChange(Shape):
    """A new PIN; the owner knows the current one, or has confirmed (action `set_card_pin`)."""

    new_pin: Pin
    current_pin: Pin | None = None
    proof: Proof | None = None


class CardRevealRequest(Shape):
    """The owner's confirmation (action `reveal_card`, reference the card's id)."""

    proof: Proof


class RevealedCard(Shape):
    """What is printed on a card. Never cached, never kept; every time on record."""

    id: str
    name: str
    number: str
    expiry: str
    cvv: str
