"""Bodies and answers of the engine. Money in minor units beside its ISO 4217 currency; times RFC 3339."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from arhan.contracts.fees import Charge
from arhan.contracts.payment import OrderKind
from arhan.payment.domain.states import State

AccountId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$")]
AccountNumber = Annotated[
    str, Meta(min_length=1, max_length=34, pattern=r"^[0-9A-Z]+$", description="NUBAN of the account")
]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
Amount = Annotated[int, Meta(description="Minor units (kobo, cent); positive")]
Pin = Annotated[str, Meta(pattern=r"^[0-9]{4}$", description="PIN of the account that pays")]
Narration = Annotated[str, Meta(max_length=140)]

MOST_IN_BATCH = 10_000


class Transfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pay somebody from an account of one's own."""

    payer_account: AccountId
    payee_number: AccountNumber
    amount: Amount
    currency: Currency
    pin: Pin | None = None
    narration: Narration = ""
    enquiry: Annotated[str, Meta(max_length=64, description="`ref` of the name enquiry, if any")] = ""


class Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Many transfers at once; each succeeds or fails by itself."""

    items: Annotated[list[Transfer], Meta(min_length=1, max_length=MOST_IN_BATCH)]


class Deposit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cash handed to a teller."""

    account_number: AccountNumber
    amount: Amount
    currency: Currency
    narration: Narration = ""


class Refund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a payment back, whole or in part."""

    amount: Annotated[int, Meta(description="Minor units; left out: all that is left")] | None = None
    pin: Pin | None = None
    """Of the account it goes back from, when its holder asks."""
    narration: Narration = ""


class Payment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a payment order."""

    id: str
    kind: OrderKind
    status: State
    code: str = ""
    """Why it is not completed."""
    reasons: list[str] = msgspec.field(default_factory=list)
    payer_account: str = ""
    payer_number: str = ""
    payee_number: str
    payee_name: str
    amount: int
    currency: str
    fee: int = 0
    """What it costs the payer besides the amount; taken with it, kept when it is refunded."""
    fees: list[Charge] = msgspec.field(default_factory=list)
    """Of which that is made up; `goes_to` tax: a duty the bank passes on."""
    narration: str = ""
    refund_of: str = ""
    created_at: datetime
    decided_at: datetime | None = None


class RefusedItem(msgspec.Struct, frozen=True, kw_only=True, tag="refused", tag_field="result"):
    """An item of a batch that became no order, and why."""

    index: int
    code: str
    title: str
    retryable: bool = False


class PlacedItem(msgspec.Struct, frozen=True, kw_only=True, tag="placed", tag_field="result"):
    """An item of a batch that became an order."""

    index: int
    payment: Payment


BatchItem = RefusedItem | PlacedItem


class BatchResults(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each item, in the order given."""

    id: str
    size: int
    completed: int
    items: list[BatchItem]
