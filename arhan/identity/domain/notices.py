"""What people are told: the kinds of notices, what each is about, and what it says in a letter. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from arhan.contracts.account import AccountStatusChanged, NoticeRaised
from arhan.contracts.payment import (
    OrderApprovalLapsed,
    OrderApprovalRequired,
    OrderApproved,
    OrderCompleted,
    OrderDeclined,
    OrderReviewed,
    StandingOrderMissed,
)
from arhan.kernel.money import format_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arhan.contracts.payment import OrderSettled
    from arhan.kernel.outbox import Event

Topic = Literal[
    "money_in",
    "money_out",
    "refusals",
    "cards",
    "accounts",
    "security",
    "identity",
    "loans",
    "help",
    "statements",
    "standing_orders",
    "approvals",
]
TOPICS: tuple[Topic, ...] = get_args(Topic)
MAILED: frozenset[Topic] = frozenset(
    {"accounts", "identity", "loans", "help", "standing_orders", "approvals"}
)
"""What goes out as a letter too unless somebody chose otherwise; the rest stays in the portal."""
FIXED: frozenset[Topic] = frozenset({"security"})
"""Nobody can ask not to be told: it is how they learn of a thief. Its letters have their own words."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing one person is told."""

    person: str
    kind: str
    cause: str
    """What it is told for, once: a second notice of the same cause to the same person is the same notice."""
    subject: str
    """Id of what it is about."""
    amount: int = 0
    currency: str = ""
    state: str = ""
    name: str = ""
    """Of the other person, or of what it is about, as the sentence needs it."""
    other: str = ""
    """The other person's id, whose name is looked up."""
    due_on: str = ""
    is_payer: bool = False
    """Payers are shown the names of those they pay as when they paid: the last one masked."""

    @property
    def topic(self) -> Topic:
        """What people choose by how they want to be told."""
        return KINDS[self.kind].topic

    def with_name(self, name: str) -> Notice:
        """The same with the other person's name, as much of it as this person may see."""
        return replace(self, name=self.name or (mask_name(name) if self.is_payer else name))

    def words(self) -> tuple[str, str]:
        """Title and sentence in a letter."""
        kind = KINDS[self.kind]
        values = asdict(self)
        values["sum"] = (
            f"{self.currency} {format_amount(self.amount, self.currency)}" if self.currency else ""
        )
        values["who"] = self.name or "somebody"
        return kind.title, kind.sentence.format_map(values)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of notice is about, and its words in a letter."""

    topic: Topic
    title: str
    sentence: str


KINDS: dict[str, Kind] = {
    "money_received": Kind("money_in", "You received money", "You received {sum} from {who}."),
    "cash_deposited": Kind("money_in", "Cash was paid in", "{sum} in cash was paid into your account."),
    "refund_received": Kind("money_in", "You received a refund", "{who} gave back {sum}."),
    "money_sent": Kind("money_out", "Money left your account", "You sent {sum} to {who}."),
    "refund_sent": Kind("money_out", "You gave money back", "You gave back {sum} to {who}."),
    "standing_order_paid": Kind("money_out", "A standing order was paid", "{sum} went to {who}."),
    "payment_declined": Kind(
        "refusals", "A payment was refused", "Your payment of {sum} to {who} was refused."
    ),
    "payment_in_review": Kind(
        "refusals",
        "We look at a payment",
        "Your payment of {sum} to {who} waits until one of us has looked at it.",
    ),
    "card_used": Kind("cards", "Your card was used", "Your card paid {sum} to {who}."),
    "card_declined": Kind("cards", "Your card was refused", "Your card was refused for {sum} at {who}."),
    "account_changed": Kind("accounts", "Your account changed", "An account of yours is {state} now."),
    "new_device": Kind("security", "A new device signed in", "{name} signed in to your account."),
    "tier_granted": Kind("identity", "We know you better now", "You are in tier {state} now."),
    "tier_refused": Kind(
        "identity", "We could not confirm who you are", "Tier {state} was not granted: {name}"
    ),
    "loan_offered": Kind("loans", "We offer you the loan", "Your loan of {sum} waits for you to accept it."),
    "loan_rejected": Kind("loans", "We cannot give you the loan", "You asked for {sum}."),
    "loan_paid_out": Kind("loans", "Your loan is paid out", "{sum} is on your account."),
    "loan_repaid": Kind("loans", "Your loan is repaid", "Your loan of {sum} is repaid to the last."),
    "instalment_due": Kind("loans", "An instalment falls due", "{sum} will be collected on {due_on}."),
    "instalment_paid": Kind("loans", "An instalment was paid", "{sum} went towards your loan."),
    "instalment_missed": Kind(
        "loans",
        "An instalment could not be collected",
        "{sum} was due and was not there. We try again tomorrow.",
    ),
    "ticket_answered": Kind("help", "We answered you", "There is an answer to “{name}”."),
    "ticket_resolved": Kind("help", "Your question is resolved", "“{name}” is resolved."),
    "statement_ready": Kind("statements", "A statement is ready", "Your statement {name} is ready."),
    "standing_order_failed": Kind(
        "standing_orders", "A standing order could not be paid", "{sum} to {who} was not paid."
    ),
    "approval_wanted": Kind(
        "approvals", "Your signature is wanted", "{who} asks you to sign a payment of {sum}."
    ),
    "payment_approved": Kind(
        "approvals", "Your payment is signed", "Your payment of {sum} to {who} has all its signatures."
    ),
    "payment_not_approved": Kind(
        "approvals", "Your payment was not signed", "Your payment of {sum} to {who} is not made."
    ),
    "account_invitation": Kind(
        "approvals", "You are asked into an account", "You are asked into the account of {who}."
    ),
}

_BOTH_SIDES: dict[str, tuple[str, str]] = {
    "transfer": ("money_sent", "money_received"),
    "deposit": ("", "cash_deposited"),
    "refund": ("refund_sent", "refund_received"),
    "card_payment": ("card_used", "money_received"),
    "card_capture": ("card_used", "money_received"),
    "loan_disbursement": ("", "loan_paid_out"),
    "loan_repayment": ("instalment_paid", ""),
    "standing_order": ("standing_order_paid", "money_received"),
}
"""Kind of a completed payment -> what its payer and its payee are told; the bank's own sides are nobody."""
_TO_PAYER: dict[str, str] = {
    "card_payment": "card_declined",
    "card_capture": "card_declined",
    "loan_repayment": "instalment_missed",
    "standing_order": "standing_order_failed",
    "transfer": "payment_declined",
    "refund": "payment_declined",
}
"""Kind of a declined payment -> what its payer is told."""
WITHDRAWN, DECLINED_BY_SIGNATORY = "withdrawn", "declined_by_signatory"
"""Codes of payments that took several signatures; who took their own back need not be told."""


def mask_name(name: str) -> str:
    """The first name whole, of every other its first letter, as at a name enquiry: Bola A***."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[:1]}***" for other in others)])


def notices_of(event: Event) -> Iterator[Notice]:
    """Whom an event concerns, and what they are told of it."""
    found = _READERS.get(event.type)
    return found(event) if found else iter(())


def _completed(event: Event) -> Iterator[Notice]:
    order = msgspec.convert(event.data, OrderCompleted)
    to_payer, to_payee = _BOTH_SIDES.get(order.kind, ("", ""))
    if to_payer and order.payer_customer:
        yield _about(order, to_payer, order.payer_customer, other=order.payee_customer, is_payer=True)
    if to_payee and order.payee_customer and order.payee_customer != order.payer_customer:
        yield _about(order, to_payee, order.payee_customer, other=order.payer_customer)


def _declined(event: Event) -> Iterator[Notice]:
    order = msgspec.convert(event.data, OrderDeclined)
    kind = _TO_PAYER.get(order.kind)
    if kind and order.payer_customer and order.payer_customer != order.initiator:
        yield _about(order, kind, order.payer_customer, other=order.payee_customer, is_payer=True)
    if kind and order.initiator and order.code != WITHDRAWN:
        told = "payment_not_approved" if order.code == DECLINED_BY_SIGNATORY else kind
        yield _about(order, told, order.initiator, other=order.payee_customer, is_payer=True)


def _approval_required(event: Event) -> Iterator[Notice]:
    """Everybody whose signature counts; who made it has signed."""
    order = msgspec.convert(event.data, OrderApprovalRequired)
    for person in order.approvers:
        yield _about(order, "approval_wanted", person, other=order.initiator)


def _approved(event: Event) -> Iterator[Notice]:
    order = msgspec.convert(event.data, OrderApproved)
    yield _about(order, "payment_approved", order.initiator, other=order.payee_customer, is_payer=True)


def _approval_lapsed(event: Event) -> Iterator[Notice]:
    order = msgspec.convert(event.data, OrderApprovalLapsed)
    yield _about(order, "payment_not_approved", order.initiator, other=order.payee_customer, is_payer=True)


def _reviewed(event: Event) -> Iterator[Notice]:
    order = msgspec.convert(event.data, OrderReviewed)
    if order.payer_customer:
        yield _about(
            order, "payment_in_review", order.payer_customer, other=order.payee_customer, is_payer=True
        )


def _missed(event: Event) -> Iterator[Notice]:
    """Given up after its tries; each try that failed was told as it failed."""
    fact = msgspec.convert(event.data, StandingOrderMissed)
    yield Notice(
        person=fact.customer,
        kind="standing_order_failed",
        cause=f"{fact.id}.missed.{fact.due_date}",
        subject=fact.id,
        amount=fact.amount,
        currency=fact.currency,
        state=fact.code,
        name=mask_name(fact.payee_name),
        due_on=fact.due_date,
    )


def _about(order: OrderSettled, kind: str, person: str, *, other: str, is_payer: bool = False) -> Notice:
    return Notice(
        person=person,
        kind=kind,
        cause=f"{order.id}.{kind}",
        subject=order.id,
        amount=order.amount,
        currency=order.currency,
        state=order.code,
        other=other,
        is_payer=is_payer,
    )


def _status_changed(event: Event) -> Iterator[Notice]:
    """What somebody did to their own account they need not be told."""
    fact = msgspec.convert(event.data, AccountStatusChanged)
    if fact.customer and fact.changed_by != fact.customer:
        yield Notice(
            person=fact.customer, kind="account_changed", cause=event.id, subject=fact.id, state=fact.status
        )


def _raised(event: Event) -> Iterator[Notice]:
    fact = msgspec.convert(event.data, NoticeRaised)
    yield Notice(
        person=fact.customer,
        kind=fact.kind,
        cause=f"{fact.id}.{fact.kind}.{fact.due_on}" if fact.due_on else event.id,
        subject=fact.id,
        amount=fact.amount,
        currency=fact.currency,
        state=fact.state,
        name=fact.name,
        due_on=fact.due_on,
    )


_READERS: dict[str, Callable[[Event], Iterator[Notice]]] = {
    OrderCompleted.event_type(): _completed,
    OrderDeclined.event_type(): _declined,
    OrderReviewed.event_type(): _reviewed,
    OrderApprovalRequired.event_type(): _approval_required,
    OrderApproved.event_type(): _approved,
    OrderApprovalLapsed.event_type(): _approval_lapsed,
    StandingOrderMissed.event_type(): _missed,
    AccountStatusChanged.event_type(): _status_changed,
    NoticeRaised.event_type(): _raised,
}
