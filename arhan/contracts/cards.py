"""What payment and account say to each other about cards, and how an answer reads in ISO 8583."""

from __future__ import annotations

from typing import Annotated

import msgspec

from arhan.contracts.account import Channel, Party

Name = Annotated[str, msgspec.Meta(max_length=64)]

APPROVED = "00"
REFERRED = "01"
"""The answer is open: a person must confirm the payment, or look at it."""
SILENT = "91"
"""Issuer or switch inoperative."""
MALFUNCTION = "96"

RESPONSES: dict[str, str] = {
    "": APPROVED,
    "card_number_invalid": "14",
    "card_not_found": "14",
    "card_not_active": "62",
    "card_frozen": "62",
    "card_lost": "41",
    "card_stolen": "43",
    "card_closed": "05",
    "card_used_up": "57",
    "wrong_cvv": "05",
    "cvv_required": "05",
    "cvv_blocked": "75",
    "pin_required": "55",
    "pin_not_set": "55",
    "wrong_pin": "55",
    "pin_changed": "55",
    "pin_blocked": "75",
    "wrong_expiry": "54",
    "card_expired": "54",
    "online_payments_off": "57",
    "channel_not_allowed": "57",
    "mcc_not_allowed": "57",
    "merchant_not_allowed": "57",
    "country_not_allowed": "62",
    "card_amount_limit": "61",
    "card_count_limit": "65",
    "limit_payment": "61",
    "limit_day": "61",
    "limit_month": "61",
    "limit_balance": "57",
    "limit_deposit": "57",
    "insufficient_funds": "51",
    "account_frozen": "62",
    "account_closed": "05",
    "declined_by_screening": "59",
    "declined_after_review": "59",
    "service_unavailable": SILENT,
    "payment_pending": SILENT,
}
"""A refusal's code -> ISO 8583 response code (field 39); what is not here is a malfunction."""


def response_code(code: str) -> str:
    """ISO 8583:1987 field 39 for one of our codes."""
    return RESPONSES.get(code, MALFUNCTION)


class CardAuthenticationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this card is what it says, in the right hands, and may be used like that."""

    number: Annotated[str, msgspec.Meta(max_length=32)]
    expiry: Annotated[str, msgspec.Meta(max_length=7)]
    """As printed: MM/YY."""
    cvv: Annotated[str, msgspec.Meta(max_length=8)] | None = None
    pin: Annotated[str, msgspec.Meta(max_length=12)] | None = None
    session: Name = ""
    """The login; a PIN proved once is remembered for it for a few minutes."""
    merchant: Name = ""
    channel: Channel = "ecommerce"
    mcc: Name = ""
    country: Name = ""
    amount: int = 0

    def __repr__(self) -> str:
        """Nothing of it belongs into a log."""
        return "CardAuthenticationRequest(...)"


class CardAuthenticationRequests(msgspec.Struct, frozen=True):
    """Body of `POST /internal/v1/card-authentications` at account's engine."""

    requests: Annotated[list[CardAuthenticationRequest], msgspec.Meta(max_length=10_000)]


class CardFace(msgspec.Struct, frozen=True, kw_only=True):
    """What may be told of a card: never its number."""

    card: str
    bin: str
    last4: str


class CardAuthentication(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answer to one request; `code` empty when everything is right.

    `face` and `payer` are there as soon as the card was found, so that a refused attempt can be kept.
    """

    code: str = ""
    face: CardFace | None = None
    payer: Party | None = None
    pin_version: int | None = None
    tries_left: int | None = None


class CardAuthentications(msgspec.Struct, frozen=True):
    """Answer of `POST /internal/v1/card-authentications`, in the order asked."""

    answers: list[CardAuthentication]
