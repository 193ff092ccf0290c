"""Bodies and answers of the office. Money in minor units beside its ISO 4217 currency."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field

from arhan.kernel.office import Shape
from arhan.payment.domain.refunds import RefundStatus
from arhan.payment.domain.sight import Direction


class NameEnquiryRequest(Shape):
    """The number whose holder is asked for."""

    number: Annotated[str, Field(min_length=1, max_length=34, pattern=r"^[0-9A-Z]+$")]


class NameEnquiryAnswer(Shape):
    """The holder, as a payer may see them; `ref` goes with the transfer as `enquiry`."""

    ref: str
    name: str
    expires_at: datetime


class CardShown(Shape):
    """The card that paid, as on a receipt."""

    id: str
    """Empty for the payee."""
    bin: str
    last4: str
    channel: str
    mcc: str
    response_code: str
    """ISO 8583, field 39."""
    captured: int
    """How much has moved, in minor units."""
    excess: int
    """How much more was captured than authorised."""
    held_until: datetime | None
    """Until when funds held can be captured."""


class ChargeShape(Shape):
    """One thing a transfer costs."""

    name: str
    amount: int
    goes_to: Literal["bank", "tax"]
    """tax: a duty the bank passes on."""


class PaymentShape(Shape):
    """A payment order as the person who asks may see it."""

    id: str
    kind: str
    status: str
    direction: Direction
    """Seen from the person who asks; `any` for staff."""
    code: str
    reasons: list[str]
    payer_account: str
    """Empty for a payee."""
    payer_number: str
    payer_name: str
    payee_account: str
    """Empty for a payer."""
    payee_number: str
    payee_name: str
    amount: int
    currency: str
    fee: int
    """What it costs the payer besides the amount; 0 for whoever is not the payer."""
    fees: list[ChargeShape]
    narration: str
    refund_of: str
    refunded: int
    """How much of it went back, or is on its way back."""
    refund_status: RefundStatus
    signatures: int
    """How many people must sign it."""
    card: CardShown | None
    created_at: datetime
    decided_at: datetime | None


class ApprovalShape(Shape):
    """What one of those who sign said of a payment."""

    person: str
    name: str
    approved: bool
    decided_at: datetime


class TransferQuoteRequest(Shape):
    """A transfer somebody thinks of."""

    payer_account: Annotated[str, Field(max_length=64)]
    payee_number: Annotated[str, Field(pattern=r"^[0-9]{10}$")]
    amount: int
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class TransferQuote(Shape):
    """What that transfer would cost."""

    amount: int
    currency: str
    fee: int
    fees: list[ChargeShape]
    total: int
    """What leaves the payer's account."""


class PaymentDetail(PaymentShape):
    """One payment, with its refunds; staff also see who asked for it and what screening said."""

    approvals: list[ApprovalShape]
    """Besides the initiator's own signature; for who signs for the account, and staff."""

    refunds: list[PaymentShape]
    parts: list[PaymentShape]
    """A card payment's captures and releases."""
    initiator: str
    """Empty for customers other than who made or signs it, as are the members below."""
    decision: str
    outcome: str
    released_by: str
    screened_at: datetime | None


class Signature(Shape):
    """The word of one of those who sign."""

    proof: Annotated[str, Field(max_length=4096)]
    """Identity's proof of a confirmation of this payment (action `approve_payment`)."""


class Confirmation(Shape):
    """The payer's word that a payment is theirs."""

    proof: Annotated[str, Field(max_length=4096)] = ""
    """Identity's proof of a confirmation of this payment; empty where a new login is enough."""


class ChallengeShape(Shape):
    """What identity asks of the payer: answer it there, and bring the proof."""

    id: str
    methods: list[str]
    expires_at: str


class LargeDeposit(Shape):
    """Cash handed to a teller, in an amount that takes a second person."""

    account_number: Annotated[str, Field(min_length=1, max_length=34, pattern=r"^[0-9A-Z]+$")]
    amount: int
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    narration: Annotated[str, Field(max_length=140)] = ""


class PaymentPage(Shape):
    """Payments, newest first; `next` is the cursor of the page after, absent on the last."""

    items: list[PaymentShape]
    next: str | None
