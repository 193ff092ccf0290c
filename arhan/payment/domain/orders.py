"""A payment order: who pays whom, how much, at whose word, and how far it has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.contracts.account import CardUse, MovementCommand, Party, PinProof, Posting
from arhan.contracts.account import Channel as CardChannel
from arhan.contracts.chart import bank_account
from arhan.contracts.fees import Charge
from arhan.contracts.fraud import Screening
from arhan.contracts.payment import OrderKind
from arhan.payment.domain.states import ON_ITS_WAY, Happening, State, transition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.contracts.payment import OrderSettled

Channel = Literal["online", "branch", "internal"]

SMALLEST_AMOUNT = 1
LARGEST_AMOUNT = 10**13
"""One hundred billion naira in kobo: above any payment, far below what 64 bits add up."""

DRIVEN_AFTER = timedelta(seconds=5)
"""An order that is not final by then has lost its engine; the sweep takes it up."""
LONGEST_PAUSE = timedelta(seconds=60)
"""Between two attempts of the sweep at one order, when a sibling stays silent."""
BANK_NAME = "Arhan"
_BEFORE_SCREENING = frozenset({"created", "awaiting_approval"})


class CardTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The card that pays, where and how; never its number, code or PIN."""

    card: str
    bin: str
    last4: str
    channel: CardChannel = "ecommerce"
    mcc: str = ""
    country: str = ""
    pin_version: int | None = None
    """The version of the card's PIN that was proved."""
    capture: Literal["now", "later"] = "now"
    hold_s: int = 0
    """How long the funds are held when captured later."""
    refused: str = ""
    """Why the card's issuer refused it at once; then nothing is screened."""
    final: bool = True
    """Of a capture: whether what it leaves is released."""
    may_exceed: int = 0
    """Of a capture: by how much it may be larger than what is held."""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the screening is told besides who pays whom; kept, so that a repeat tells the same."""

    session: str = ""
    address: str = ""
    channel: Channel = "online"
    tier: int = 0
    payer_opened_at: str = ""
    device: str = ""
    """The device the person signed in with."""
    new_device_until: int = 0
    """Until then (seconds since 1970) that device counts as new; 0 when it does not."""
    to_confirm: bool = False
    """Whether it is so large that its payer confirms it, whatever screening says."""
    card: CardTold | None = None
    fees: list[Charge] = msgspec.field(default_factory=list)
    """What it costs the payer besides its amount; decided once, posted with it or not at all."""

    def on_new_device(self, at: datetime) -> bool:
        """Whether the person's device still counts as new."""
        return self.new_device_until > at.timestamp()


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment order, member for member as stored. Amounts in minor units, times in UTC."""

    id: str
    principal: str
    """The person or service whose idempotency key this is."""
    route: str
    key: str
    body_hash: str
    """Fingerprint of what was asked, in hexadecimal; without the PIN, which proves and asks nothing."""
    kind: OrderKind
    state: State = "created"
    code: str = ""
    reasons: list[str] = msgspec.field(default_factory=list)
    """Sentences safe to show the payer."""
    payer_account: str
    payer_number: str
    payer_name: str
    payer_customer: str
    """Person id; empty when the bank itself pays."""
    payee_account: str
    payee_number: str
    payee_name: str
    payee_customer: str
    amount: int
    currency: str
    narration: str = ""
    initiator: str
    """Person or service at whose word it is made."""
    pin_version: int | None = None
    """The version of the payer's PIN that was proved; None where no PIN is needed."""
    enquiry: str = ""
    """The name enquiry that preceded it."""
    enquired_name: str = ""
    """What that enquiry answered."""
    refund_of: str = ""
    """The payment this gives back, whole or in part."""
    refunded: int = 0
    """How much of it went back, or is on its way back."""
    decision: str = ""
    outcome: str = ""
    """The screening's outcome, or that of the local policy (then without a decision)."""
    circumstances: Circumstances = Circumstances()
    attempt: int = 1
    """Who takes up an order counts this; only the last to do so may write what became of it."""
    created_at: datetime
    screened_at: datetime | None = None
    decided_at: datetime | None = None
    due_at: datetime
    """When this attempt ends and the sweep may begin another; or when waiting for the payer ends."""
    released_by: str = ""
    """The member of staff who decided a review, or the payer who confirmed."""
    authorisation: str = ""
    """Of a capture or a release: the card payment whose hold it turns into money, or ends."""
    captured: int = 0
    """How much of a card payment has moved."""
    signatures: int = 1
    """How many people must sign it; its initiator is one of them."""
    mandate_version: int | None = None
    """The version of the payer's account under which the last of several signed."""

    @property
    def fee(self) -> int:
        """What the payer pays besides the amount."""
        return sum(charge.amount for charge in self.circumstances.fees)

    @property
    def on_its_way(self) -> bool:
        """Whether the engine still has to bring it further."""
        return self.state in ON_ITS_WAY

    @property
    def is_signed(self) -> bool:
        """Whether several people signed it, each with a step-up but the first."""
        return self.mandate_version is not None


def happen(
    order: Order,
    happening: Happening,
    *,
    at: datetime,
    code: str = "",
    reasons: list[str] | None = None,
    due_at: datetime | None = None,
    by: str = "",
) -> Order:
    """The order after that; IllegalTransitionError when its state does not allow it."""
    target = transition(order.state, happening).target
    return msgspec.structs.replace(
        order,
        state=target,
        code=code or order.code if target not in {"created", "screened", "completed"} else "",
        reasons=order.reasons if reasons is None else reasons,
        screened_at=order.screened_at or (None if target in _BEFORE_SCREENING else at),
        decided_at=None if target in ON_ITS_WAY else at,
        due_at=due_at or order.due_at,
        released_by=by or order.released_by,
    )


def movement_of(order: Order) -> MovementCommand:
    """The movement that carries the order out, fees and all; the same for every attempt, under the order's id.

    It is valid as long as this attempt, so that none is under way any more when the next begins.
    """
    proof = None
    version = order.pin_version if order.mandate_version is None else order.mandate_version
    if version is not None:
        proof = PinProof(account=order.payer_account, version=version)
    return MovementCommand(
        id=order.id,
        kind=order.kind,
        currency=order.currency,
        postings=[
            Posting(account=order.payer_account, side="debit", amount=order.amount),
            Posting(account=order.payee_account, side="credit", amount=order.amount),
            *_fee_postings(order),
        ],
        narration=order.narration,
        pin_proof=proof,
        initiator=order.initiator,
        valid_until=order.due_at,
        card=card_use_of(order),
    )


def _fee_postings(order: Order) -> Iterator[Posting]:
    """What the bank earns, and what it owes the tax office; each a line of its own on the payer's account."""
    for charge in order.circumstances.fees:
        earned = bank_account("tax_payable" if charge.goes_to == "tax" else "fee_income", order.currency)
        yield Posting(account=order.payer_account, side="debit", amount=charge.amount)
        yield Posting(account=earned, side="credit", amount=charge.amount)


def card_use_of(order: Order) -> CardUse | None:
    """How the card is used, for the rules that account asks as it posts."""
    told = order.circumstances.card
    if told is None:
        return None
    return CardUse(
        card=told.card,
        merchant=order.payee_number,
        channel=told.channel,
        mcc=told.mcc,
        country=told.country,
        pin_version=told.pin_version,
    )


def screening_of(order: Order) -> Screening:
    """What fraud is asked; the same for every attempt."""
    told = order.circumstances
    return Screening(
        payment=order.id,
        kind=order.kind,
        payer_account=order.payer_account,
        payer_customer=order.payer_customer,
        payee_account=order.payee_account,
        payee_customer=order.payee_customer,
        amount=order.amount,
        currency=order.currency,
        created_at=_rfc3339(order.created_at),
        session=told.session,
        address=told.address,
        payer_opened_at=told.payer_opened_at,
        tier=told.tier,
        channel=told.card.channel if told.card else told.channel,
        device=told.device,
        new_device=told.on_new_device(order.created_at),
        **_card_features(told.card),
    )


def _card_features(card: CardTold | None) -> dict[str, str]:
    if card is None:
        return {}
    return {
        "card": card.card,
        "card_bin": card.bin,
        "card_last4": card.last4,
        "mcc": card.mcc,
        "country": card.country,
    }


def _rfc3339(moment: datetime) -> str:
    """As the contracts write a moment; orders keep UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def fact_of(order: Order, fact: type[OrderSettled]) -> OrderSettled:
    """The event that tells what became of the order."""
    return fact(
        id=order.id,
        kind=order.kind,
        payer_account=order.payer_account,
        payer_customer=order.payer_customer,
        payee_account=order.payee_account,
        payee_customer=order.payee_customer,
        amount=order.captured or order.amount,
        currency=order.currency,
        created_at=_rfc3339(order.created_at),
        decided_at=_rfc3339(order.decided_at or order.created_at),
        code=order.code,
        reasons=order.reasons,
        card=order.circumstances.card.card if order.circumstances.card else "",
        initiator=order.initiator if order.signatures > 1 else "",
    )


def is_bank_account(account: str) -> bool:
    """Whether the id names one of the bank's own accounts."""
    return account.startswith("bank_")


def bank_party(account: str, currency: str) -> Party:
    """The bank itself, as one side of a payment, behind one of its own accounts."""
    return Party(
        account=account,
        number="",
        name=BANK_NAME,
        customer="",
        currency=currency,
        product="",
        opened_at="",
    )
