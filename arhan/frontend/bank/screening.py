"""Questions to fraud: cases a person must look at, and the rules that make them."""

from __future__ import annotations

from arhan.frontend.bank.question import Question, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.screening import Case, CaseFile, Rule, StoppedPayment

SERVICE = "fraud"


def cases(
    *, status: str = "", customer: str = "", after: str = "", limit: int = 25
) -> Question[Listed[Case]]:
    """Payments that wait, or waited, for a person; newest first."""
    call = get(SERVICE, "/v1/cases", status=status, customer=customer, after=after, limit=limit)
    return Question(call, Listed[Case])


def stopped(
    *, outcome: str = "", customer: str = "", after: str = "", limit: int = 25
) -> Question[Listed[StoppedPayment]]:
    """Decisions that did not let a payment go, newest first."""
    call = get(SERVICE, "/v1/stopped-payments", outcome=outcome, customer=customer, after=after, limit=limit)
    return Question(call, Listed[StoppedPayment])


def case(case_id: str) -> Question[CaseFile]:
    """A case with its evidence."""
    return Question(get(SERVICE, f"/v1/cases/{case_id}"), CaseFile)


def resolve(case_id: str, *, verdict: str, note: str) -> Question[Case]:
    """Decline at once, or propose a release that a second person confirms."""
    return Question(post(SERVICE, f"/v1/cases/{case_id}/resolve", {"verdict": verdict, "note": note}), Case)


def rules(*, state: str = "") -> Question[Listed[Rule]]:
    """Versions of rules, newest first."""
    return Question(get(SERVICE, "/v1/rules", state=state, limit=200), Listed[Rule])
