"""The queue of what takes two people here, read and decided as in the offices (kernel/oversight.py)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from arhan.fraud.api.routes import Person, Routes, body_of, rendered
from arhan.fraud.errors import RULE_STATE_CONFLICT
from arhan.fraud.schemas import ProposalDecision, ProposalPage
from arhan.fraud.service import rules as service
from arhan.kernel import proposals
from arhan.kernel.auth import STAFF_ROLES, Principal, permit
from arhan.kernel.errors import not_found

routes = Routes("four eyes")

STAFF = permit(*STAFF_ROLES)
REFUSALS = (
    proposals.SECOND_PERSON_NEEDED,
    proposals.ALREADY_DECIDED,
    proposals.PROPOSAL_LAPSED,
    RULE_STATE_CONFLICT,
)
TITLE = "Bring a rule into force"

Status = Literal["", "waiting", "approved", "rejected", "withdrawn"]


@routes.get("/v1/proposals", permit=STAFF, answer=ProposalPage)
def list_proposals(
    request: Request,
    status: Status = "waiting",
    after: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """What waits for a second person, or was decided; newest first."""
    with request.app.state.office.begin() as cursor:
        found = proposals.list_proposals(
            cursor, actions=[service.PROMOTION], status=status, before=after, limit=limit
        )
    items = [_shape(each) for each in found]
    return rendered(ProposalPage(items, next=items[-1].id if len(items) == limit else None))


@routes.get("/v1/proposals/{id}", permit=STAFF, answer=proposals.SeenProposal)
def get_proposal(request: Request, id: str) -> Response:  # noqa: A002 - named as in the path
    """One proposal with its full body."""
    with request.app.state.office.begin() as cursor:
        return rendered(_shape(_known(proposals.get(cursor, id))))


@routes.post(
    "/v1/proposals/{id}/approve",
    permit=STAFF,
    body=ProposalDecision,
    answer=proposals.SeenProposal,
    refusals=REFUSALS,
)
def approve_proposal(
    request: Request,
    person: Person,
    id: str,  # noqa: A002 - named as in the path
    decision: Annotated[ProposalDecision, body_of(ProposalDecision)],
) -> Response:
    """Say yes as the second person; the action is executed, once."""
    return _decide(request, person, id, decision, approve=True)


@routes.post(
    "/v1/proposals/{id}/reject",
    permit=STAFF,
    body=ProposalDecision,
    answer=proposals.SeenProposal,
    refusals=REFUSALS,
)
def reject_proposal(
    request: Request,
    person: Person,
    id: str,  # noqa: A002 - named as in the path
    decision: Annotated[ProposalDecision, body_of(ProposalDecision)],
) -> Response:
    """Say no as the second person."""
    return _decide(request, person, id, decision, approve=False)


@routes.post(
    "/v1/proposals/{id}/withdraw",
    permit=STAFF,
    body=None,
    answer=proposals.SeenProposal,
    refusals=(proposals.ALREADY_DECIDED,),
)
def withdraw_proposal(request: Request, person: Person, id: str) -> Response:  # noqa: A002 - named as in the path
    """Take back what I proposed."""
    with request.app.state.office.begin() as cursor:
        _known(proposals.get(cursor, id))
        return rendered(_shape(proposals.withdraw(cursor, id, principal=person)))


def _decide(
    request: Request, person: Principal, id_: str, decision: ProposalDecision, *, approve: bool
) -> Response:
    with request.app.state.office.begin() as cursor:
        _known(proposals.get(cursor, id_))
        found = proposals.decide(
            cursor,
            id_,
            kind=service.promotion(cursor, by=person.subject),
            approve=approve,
            reason=decision.reason,
            principal=person,
        )
    return rendered(_shape(found))


def _known(found: proposals.Proposal) -> proposals.Proposal:
    if found.action != service.PROMOTION:
        raise not_found(what="proposal")
    return found


def _shape(found: proposals.Proposal) -> proposals.SeenProposal:
    return proposals.seen(found, title=TITLE)
