"""What somebody asks for, before we know who is behind the account numbers; and the order it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.contracts.account import Party
from arhan.contracts.fees import Charge, charges_on
from arhan.contracts.payment import OrderKind
from arhan.kernel.errors import FieldError, Refused
from arhan.payment.domain.approvals import present
from arhan.payment.domain.orders import (
    DRIVEN_AFTER,
    LARGEST_AMOUNT,
    SMALLEST_AMOUNT,
    Circumstances,
    Order,
)
from arhan.payment.errors import AMOUNT_OUT_OF_RANGE, CURRENCY_MISMATCH, OWN_LIMIT_EXCEEDED, SAME_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from arhan.contracts.account import Channel as CardChannel
    from arhan.payment.domain.orders import CardTold


CHARGED = frozenset({"transfer", "standing_order"})
"""Kinds whose payer pays what the product of their account asks for a transfer."""


class Side(msgspec.Struct, frozen=True):
    """One side of an intended payment as the caller names it: a party we know, an id, or a number."""

    party: Party | None = None
    account: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why the payer's account may be debited: its holder's PIN, in this login."""

    person: str
    session: str
    pin: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardProof:
    """Why the payer's account may be debited: a card of it, as whoever pays presents it."""

    number: str = field(repr=False)
    expiry: str = field(repr=False)
    cvv: str | None = field(repr=False)
    pin: str | None = field(repr=False)
    session: str
    channel: CardChannel
    mcc: str
    country: str
    capture: Literal["now", "later"]
    hold_s: int


class Intent(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A caller's wish to pay, under a key that makes it happen once."""

    principal: str
    route: str
    key: str
    body_hash: str
    kind: OrderKind
    payer: Side
    payee: Side
    amount: int
    currency: str
    initiator: str
    narration: str = ""
    proof: Proof | None = None
    """None where the caller's permission is enough: a teller, a sibling."""
    enquiry: str = ""
    circumstances: Circumstances = Circumstances()
    refund_of: str = ""
    authorisation: str = ""
    """The card payment that a capture or a release carries on with."""
    card: CardProof | None = None
    """The card that pays; then who pays is found by it."""

    @property
    def name(self) -> tuple[str, str, str]:
        """Under which it is known for ever."""
        return self.principal, self.route, self.key


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is behind an intent; `pin_version` when the payer's PIN was proved."""

    payer: Party
    payee: Party
    pin_version: int | None = None
    enquired_name: str = ""
    signatures: int = 1
    """How many sign a payment of at least `signatures_from` from the payer's account."""
    signatures_from: int = 0
    payment_limit: int | None = None
    """The most whoever asks may pay at once."""
    signatories: Mapping[str, int | None] = field(default_factory=dict)
    """Who signs for the payer's account, and the most they may, where payments may take several signatures."""
    card: CardTold | None = None
    """The card that pays, and why its issuer refuses it, if it does."""


def check_amount(amount: int) -> None:
    """Refused(amount_out_of_range) unless the bank moves that much at once."""
    if not SMALLEST_AMOUNT <= amount <= LARGEST_AMOUNT:
        message = f"must be between {SMALLEST_AMOUNT} and {LARGEST_AMOUNT} minor units"
        raise Refused(AMOUNT_OUT_OF_RANGE, errors=(FieldError("/amount", message),))


def place(intent: Intent, parties: Parties, *, order_id: str, at: datetime) -> Order:
    """The order an intent becomes; Refused when its two sides do not fit each other."""
    payer, payee = parties.payer, parties.payee
    if payer.account == payee.account:
        raise Refused(SAME_ACCOUNT)
    if not payer.currency == payee.currency == intent.currency:
        raise Refused(CURRENCY_MISMATCH)
    refuse_over_limit(parties.payment_limit, amount=intent.amount)
    signatures = _signatures(intent, parties)
    order = Order(
        id=order_id,
        principal=intent.principal,
        route=intent.route,
        key=intent.key,
        body_hash=intent.body_hash,
        kind=intent.kind,
        payer_account=payer.account,
        payer_number=payer.number,
        payer_name=payer.name,
        payer_customer=payer.customer,
        payee_account=payee.account,
        payee_number=payee.number,
        payee_name=payee.name,
        payee_customer=payee.customer,
        amount=intent.amount,
        currency=intent.currency,
        narration=intent.narration,
        initiator=intent.initiator,
        pin_version=parties.pin_version,
        enquiry=intent.enquiry,
        enquired_name=parties.enquired_name,
        refund_of=intent.refund_of,
        authorisation=intent.authorisation,
        state="screened" if intent.authorisation else "created",
        screened_at=at if intent.authorisation else None,
        circumstances=_with_what_is_known(intent, parties),
        signatures=signatures,
        created_at=at,
        due_at=at + DRIVEN_AFTER,
    )
    return present(order, at=at) if signatures > 1 else order


def refuse_over_limit(limit: int | None, *, amount: int) -> None:
    """Refused(own_limit_exceeded) where somebody may not pay or sign so much at once."""
    if limit is not None and amount > limit:
        raise Refused(OWN_LIMIT_EXCEEDED, extra={"limit": limit})


def _signatures(intent: Intent, parties: Parties) -> int:
    """How many sign: one where nobody's word is needed (staff, siblings), or below the mandate's amount."""
    if intent.proof is None or intent.amount < parties.signatures_from:
        return 1
    return parties.signatures


def _with_what_is_known(intent: Intent, parties: Parties) -> Circumstances:
    told = intent.circumstances
    fees = fees_of(intent.kind, parties.payer, parties.payee, amount=intent.amount)
    return msgspec.structs.replace(
        told, payer_opened_at=parties.payer.opened_at, card=parties.card or told.card, fees=fees
    )


def fees_of(kind: OrderKind, payer: Party, payee: Party | None, *, amount: int) -> list[Charge]:
    """What a payment costs its payer; between a customer's own accounts nothing."""
    if kind not in CHARGED or not payer.transfer_fees:
        return []
    own = payee is not None and payer.customer == payee.customer
    return [] if own else charges_on(payer.transfer_fees, amount)
