"""Answers of fraud, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """Why: the rule, what it saw, what it allows, and the customer's words."""

    rule: str
    version: int
    observed: str
    threshold: str
    message: str


class Case(msgspec.Struct, frozen=True):
    """A payment that a person must look at before it may move."""

    id: str
    payment: str
    status: str
    opened_at: datetime
    kind: str
    payer_account: str
    payer_customer: str
    payee_account: str
    payee_customer: str
    amount: int
    currency: str
    reasons: list[Reason]
    proposed_by: str = ""
    proposed_at: datetime | None = None
    verdict: str = ""
    note: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None


class StoppedPayment(msgspec.Struct, frozen=True):
    """A decision that did not let a payment go; `decided_by` is empty when the rules decided."""

    id: str
    payment: str
    outcome: str
    payer_customer: str
    payee_account: str
    amount: int
    currency: str
    kind: str
    reasons: list[Reason]
    decided_at: datetime
    decided_by: str = ""


class Explained(msgspec.Struct, frozen=True):
    """A rule's words for analysts."""

    rule: str
    version: int
    explanation: str


class CaseFile(msgspec.Struct, frozen=True):
    """Everything an analyst needs about a case."""

    case: Case
    explanations: list[Explained] = msgspec.field(default_factory=list)
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)
    context: dict[str, Any] = msgspec.field(default_factory=dict)
    payment_status: str = ""

    @property
    def windows(self) -> list[Window]:
        """What was counted before the payment, shortest span first."""
        found = self.evidence.get("windows")
        spans = found.items() if isinstance(found, dict) else ()
        return [Window(span, w.get("count", 0), w.get("total", 0), w.get("declined", 0)) for span, w in spans]

    @property
    def known(self) -> list[tuple[str, Any]]:
        """The other facts, moments as moments."""
        return [(name, _moment(value)) for name, value in self.evidence.items() if name != "windows"]


class Window(msgspec.Struct, frozen=True):
    """What the payer did in a span of time before the payment."""

    span: str
    count: int
    total: int
    declined: int


class Rule(msgspec.Struct, frozen=True):
    """A version of a rule."""

    id: str
    rule: str
    version: int
    state: str
    outcome: str
    message: str
    explanation: str


def _moment(value: Any) -> Any:
    """A moment where the text is one, else the value itself."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
