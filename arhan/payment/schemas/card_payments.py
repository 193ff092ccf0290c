"""Card payments, as bodies and answers of the engine. Money in minor units beside its currency."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from arhan.contracts.account import Channel
from arhan.payment.domain.states import State
from arhan.payment.schemas.orders import AccountNumber, Amount, Currency, Narration, Pin

CardNumber = Annotated[str, Meta(pattern=r"^[0-9]{12,19}$", description="Digits only")]
Expiry = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])/?[0-9]{2}$", description="As printed: MM/YY")]
Cvv = Annotated[str, Meta(pattern=r"^[0-9]{3}$", description="The code on the back")]
Mcc = Annotated[str, Meta(pattern=r"^([0-9]{4})?$", description="Merchant category code, ISO 18245")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="Of the merchant, ISO 3166-1 alpha-2")]


class CardPaymentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card is presented to pay somebody. Its number, code and PIN are kept nowhere."""

    card_number: CardNumber
    expiry: Expiry
    cvv: Cvv | None = None
    """Needed on the internet."""
    pin: Pin | None = None
    """Needed at a terminal and a cash machine."""
    payee_number: AccountNumber
    amount: Amount
    currency: Currency
    capture: Literal["now", "later"] = "now"
    """`later` holds the funds until they are captured, released, or a week has passed."""
    channel: Channel = "ecommerce"
    mcc: Mcc = ""
    country: Country = "NG"
    narration: Narration = ""

    def __repr__(self) -> str:
        """Nothing of it belongs into a log."""
        return "CardPaymentRequest(...)"


class Capture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Turn held funds into money, whole or in part."""

    amount: Annotated[int, Meta(description="Minor units; left out: all that is held")] | None = None
    final: bool = True
    """Whether what is left is released; a last capture may be a fifth larger than the hold."""
    narration: Narration = ""


class CardPayment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a card payment; of the card only what is printed on every receipt."""

    id: str
    status: State
    response_code: str
    """ISO 8583, field 39: 00 approved, 51 insufficient funds, 55 wrong PIN, ..."""
    code: str = ""
    """Why it was declined, in our words."""
    reasons: list[str] = msgspec.field(default_factory=list)
    bin: str
    last4: str
    payee_number: str
    payee_name: str
    amount: int
    """What was authorised, in minor units."""
    currency: str
    captured: int
    excess: int = 0
    """How much more was captured than authorised."""
    refunded: int = 0
    channel: Channel
    mcc: str = ""
    narration: str = ""
    held_until: datetime | None = None
    """Until when funds held can be captured."""
    created_at: datetime
    decided_at: datetime | None = None


class CardPaymentPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a capture or a release, and of the card payment it is part of."""

    id: str
    status: State
    code: str = ""
    amount: int
    card_payment: CardPayment
