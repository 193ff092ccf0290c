"""A case: a payment that a person must look at before it may move.

Letting held money go takes two people: one proposes, another confirms. Declining takes one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from arhan.contracts.fraud import DecisionOutcome, Reason
from arhan.fraud.errors import CASE_RESOLVED, SECOND_PERSON_NEEDED
from arhan.kernel.errors import Refused

CaseStatus = Literal["open", "release_proposed", "resolved"]
Verdict = Literal["release", "decline"]

TRANSITIONS: dict[tuple[CaseStatus, Verdict], CaseStatus] = {
    ("open", "release"): "release_proposed",
    ("open", "decline"): "resolved",
    ("release_proposed", "release"): "resolved",
    ("release_proposed", "decline"): "resolved",
}
"""What a verdict makes of a case; nothing leads out of `resolved`."""

OUTCOME_OF: dict[Verdict, DecisionOutcome] = {"release": "allow", "decline": "decline"}

RELEASE_VALID_FOR = timedelta(hours=24)
"""How long a release holds; asked later, the payment is judged again."""

DECLINED_BY_PERSON = Reason(
    rule="case",
    version=1,
    observed="a person looked at this payment",
    threshold="",
    message="We looked at this payment and decided not to make it.",
)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case and the payment it is about."""

    id: str
    payment: str
    status: CaseStatus
    opened_at: datetime
    kind: str
    payer_account: str
    payer_customer: str
    payee_account: str
    payee_customer: str
    amount: int
    currency: str
    reasons: list[Reason]
    proposed_by: str
    """Who wants to release it; empty unless somebody does."""
    proposed_at: datetime | None
    verdict: Verdict | Literal[""]
    note: str
    resolved_by: str
    resolved_at: datetime | None


class StoppedPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that did not let a payment go, and why."""

    id: str
    payment: str
    outcome: DecisionOutcome
    payer_customer: str
    payer_account: str
    payee_customer: str
    payee_account: str
    amount: int
    currency: str
    kind: str
    reasons: list[Reason]
    decided_at: datetime
    decided_by: str
    """The person who resolved its case; empty when the rules decided."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's words for analysts."""

    rule: str
    version: int
    explanation: str


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an analyst needs about a case."""

    case: Case
    decision: str
    """Id of the decision that opened the case."""
    explanations: list[Explained]
    evidence: dict[str, Any]
    """What was known of the payer when it was decided."""
    context: dict[str, Any]
    """Session, device, address, tier, channel, card."""
    payment_status: str
    """What became of the payment, as far as we have heard; empty while nothing has."""


def next_status(case: Case, verdict: Verdict, *, person: str) -> CaseStatus:
    """What this person's verdict makes of the case; Refused when it is over or needs somebody else."""
    following = TRANSITIONS.get((case.status, verdict))
    if following is None:
        raise Refused(CASE_RESOLVED, f"This case was resolved: {case.verdict}.")
    if case.status == "release_proposed" and verdict == "release" and person == case.proposed_by:
        raise Refused(SECOND_PERSON_NEEDED, "You proposed this release; somebody else must confirm it.")
    return following


def is_repeat(case: Case, verdict: Verdict, *, person: str) -> bool:
    """Whether this person said exactly this before, and it was what resolved the case."""
    return case.status == "resolved" and case.verdict == verdict and case.resolved_by == person
