"""What the payment service says: what became of payment orders; and the command to pay from inside."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from arhan.kernel.outbox import Fact

OrderKind = Literal[
    "transfer",
    "deposit",
    "refund",
    "card_payment",
    "card_capture",
    "card_release",
    "loan_disbursement",
    "loan_repayment",
    "standing_order",
]
Name = Annotated[str, msgspec.Meta(max_length=64)]


class Instruction(msgspec.Struct, frozen=True, kw_only=True):
    """A sibling's order to pay, e.g. a loan's disbursement; `key` makes it happen once."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    kind: OrderKind
    payer_account: Name
    payee_account: Name
    amount: int
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
    narration: Annotated[str, msgspec.Meta(max_length=140)] = ""
    initiator: Name = ""


class Instructions(msgspec.Struct, frozen=True):
    """Body of `POST /internal/v1/instructions` at payment's engine."""

    instructions: Annotated[list[Instruction], msgspec.Meta(max_length=10_000)]


class InstructionOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one instruction."""

    key: str
    payment: str
    status: str
    code: str = ""


class InstructionOutcomes(msgspec.Struct, frozen=True):
    """Answer of `POST /internal/v1/instructions`."""

    outcomes: list[InstructionOutcome]


class OrderSettled(Fact, frozen=True, kw_only=True):
    """Base of the facts about a payment order that reached a state others care about."""

    id: str
    kind: OrderKind
    payer_account: str
    payer_customer: str
    payee_account: str
    payee_customer: str
    amount: int
    currency: str
    created_at: str
    decided_at: str
    code: str = ""
    reasons: list[str] = msgspec.field(default_factory=list)
    card: str = ""
    """Card id, where one paid; never its number."""
    initiator: str = ""
    """Who made it, where it takes several signatures; else its payer did."""

    def event_subject(self) -> str:
        """The payment order."""
        return self.id


class OrderCompleted(OrderSettled, frozen=True, kw_only=True):
    """The money moved."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.order.completed"


class OrderDeclined(OrderSettled, frozen=True, kw_only=True):
    """The order was refused, by fraud or by the books; nothing moved."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.order.declined"


class OrderReviewed(OrderSettled, frozen=True, kw_only=True):
    """The order waits for a person at the bank to look at it."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.order.review_required"


class OrderApprovalRequired(OrderSettled, frozen=True, kw_only=True):
    """The order waits for others to sign it."""

    approvers: list[str] = msgspec.field(default_factory=list)
    """Person ids of those whose signature counts; who made it has signed."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.order.approval_required"


class OrderApproved(OrderSettled, frozen=True, kw_only=True):
    """The last signature is there; the order goes to screening and to the books."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.order.approved"


class OrderApprovalLapsed(OrderSettled, frozen=True, kw_only=True):
    """Too few signed in time; nothing moved."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.order.approval_lapsed"


class StandingOrderChanged(Fact, frozen=True, kw_only=True):
    """A standing order began, rests, goes on, or is over."""

    id: str
    customer: str
    status: str
    code: str = ""
    """Why it ended, where the bank ended it."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.standing_order.changed"

    def event_subject(self) -> str:
        """The standing order."""
        return self.id


class StandingOrderMissed(Fact, frozen=True, kw_only=True):
    """One payment of a standing order was not made, and is not tried any more."""

    id: str
    customer: str
    payee_name: str
    amount: int
    currency: str
    due_date: str
    code: str
    """Why the last try failed."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "payment.standing_order.missed"

    def event_subject(self) -> str:
        """The standing order."""
        return self.id


class StandingOrderRun(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `POST /internal/v1/standing-order-runs` at payment's engine: pay a page of what is due."""

    on: date
    """The business date; what is due up to it is paid."""


class StandingOrdersRun(msgspec.Struct, frozen=True, kw_only=True):
    """Answer: what this page came to. There is more to do as long as anything is due or open."""

    ordered: int
    """Payments put down."""
    settled: int
    """Tries whose end was written down: paid, failed, or waiting for a person."""
    open: int
    """Payments that are under way still."""


class StandingOrdersOpen(msgspec.Struct, frozen=True):
    """Answer of `GET /internal/v1/standing-orders/open?payer_account=`."""

    count: int


EVENTS: tuple[type[Fact], ...] = (
    OrderCompleted,
    OrderDeclined,
    OrderReviewed,
    OrderApprovalRequired,
    OrderApproved,
    OrderApprovalLapsed,
    StandingOrderChanged,
    StandingOrderMissed,
)
