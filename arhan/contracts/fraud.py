"""What payment asks fraud, what fraud answers, and what it says about cases."""

from __future__ import annotations

from typing import Literal

import msgspec

from arhan.kernel.outbox import Fact

DecisionOutcome = Literal["allow", "step_up", "review", "decline"]


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """One payment to decide on before any money is touched."""

    payment: str
    kind: str
    payer_account: str
    payer_customer: str
    payee_account: str
    payee_customer: str
    amount: int
    currency: str
    created_at: str
    session: str = ""
    device: str = ""
    new_device: bool = False
    """Whether the device is known for less than a day."""
    address: str = ""
    """Client address as the gateway saw it."""
    payer_opened_at: str = ""
    tier: int = 0
    channel: str = "online"
    card: str = ""
    """Card id; never the number."""
    card_bin: str = ""
    card_last4: str = ""
    mcc: str = ""
    country: str = ""
    """Of the merchant a card pays, ISO 3166-1 alpha-2."""


class Screenings(msgspec.Struct, frozen=True):
    """Body of `POST /v1/decisions`."""

    screenings: list[Screening]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why: the rule, what it saw, what it allows, and words safe to show a customer."""

    rule: str
    version: int
    observed: str
    threshold: str
    message: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one screening; a repeat for the same payment gets the same answer."""

    id: str
    payment: str
    outcome: DecisionOutcome
    reasons: list[Reason] = msgspec.field(default_factory=list)
    expires_at: str = ""


class Decisions(msgspec.Struct, frozen=True):
    """Answer of `POST /v1/decisions`, in the order asked."""

    decisions: list[Decision]


class CaseResolved(Fact, frozen=True, kw_only=True):
    """A person decided about a payment in review."""

    id: str
    payment: str
    verdict: Literal["release", "decline"]
    resolved_by: str

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "fraud.case.resolved"

    def event_subject(self) -> str:
        """The case."""
        return self.id


EVENTS: tuple[type[Fact], ...] = (CaseResolved,)
