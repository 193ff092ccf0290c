"""Routes an office has for those who oversee the bank: the audit trail, and what takes two people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query  # noqa: TC002 - Ninja reads annotations while the program runs
from pydantic import Field

from arhan.kernel import audit, proposals
from arhan.kernel.auth import STAFF_ROLES, permit
from arhan.kernel.database import django_transaction
from arhan.kernel.office import Routes, Shape, json_response, principal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.kernel.proposals import FourEyes

OVERSEERS = permit("auditor", "admin")


class AuditEntry(Shape):
    """Who did what, or was not let."""

    position: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    outcome: str
    code: str
    address: str
    request_id: str
    details: dict[str, Any]
    hash: str


class AuditEntries(Shape):
    """A page of the audit trail, newest first."""

    items: list[AuditEntry]
    next: str | None


class AuditVerification(Shape):
    """Whether every entry still follows from the one before it."""

    entries: int
    head: str
    broken_at: int | None


class AuditQuery(Shape):
    """Which entries to find; what is left out matches everything."""

    actor: Annotated[str, Field(max_length=100)] = ""
    subject: Annotated[str, Field(max_length=200)] = ""
    action: Annotated[str, Field(max_length=200, description="The beginning of an action.")] = ""
    outcome: Annotated[str, Field(max_length=20)] = ""
    since: datetime | None = None
    until: datetime | None = None
    after: Annotated[int | None, Field(ge=0, le=2**62, description="`next` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


def audit_routes(service: str) -> Routes:
    """Search, export and verify the audit trail of one service; for auditor and admin."""
    routes = Routes(service=service, tag="audit trail")

    @routes.get("/v1/audit-entries", permit=OVERSEERS, answer=AuditEntries)
    def list_audit_entries(request: HttpRequest, wanted: Query[AuditQuery]) -> AuditEntries:
        """Find entries of the audit trail, newest first."""
        search = audit.Search(**wanted.model_dump(exclude={"after"}), before=wanted.after)
        with django_transaction() as cursor:
            found = audit.search(cursor, search)
        more = str(found[-1].position) if len(found) == wanted.limit else None
        return AuditEntries(items=[AuditEntry.from_orm(entry) for entry in found], next=more)

    @routes.get("/v1/audit-entries/verification", permit=OVERSEERS, answer=AuditVerification)
    def verify_audit_trail(request: HttpRequest) -> AuditVerification:
        """Recompute every link of the trail."""
        with django_transaction() as cursor:
            return AuditVerification.from_orm(audit.verify(cursor))

    @routes.get("/v1/audit-entries/export", permit=OVERSEERS, answer=None)
    def export_audit_trail(request: HttpRequest) -> StreamingHttpResponse:
        """The whole trail as JSON lines, oldest first."""
        return StreamingHttpResponse(_lines(), content_type="application/x-ndjson")

    return routes


def _lines() -> Any:
    with django_transaction() as cursor:
        for entry in audit.read_all(cursor):
            yield msgspec.json.encode(entry) + b"\n"


class Proposal(Shape):
    """An action that one person proposed and another decides on."""

    id: str
    action: str
    title: str
    body: dict[str, Any]
    subject: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    age_s: int
    lapses_at: datetime
    status: str
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    executed_at: datetime | None
    result: dict[str, Any] | None


class Proposals(Shape):
    """A page of proposals, newest first."""

    items: list[Proposal]
    next: str | None


class ProposalQuery(Shape):
    """Which proposals to list."""

    status: Literal["", "waiting", "approved", "rejected", "withdrawn"] = "waiting"
    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Decision(Shape):
    """Why somebody decides as they do."""

    reason: Annotated[str, Field(max_length=500)] = ""


DECISION_REFUSALS = (
    proposals.SECOND_PERSON_NEEDED,
    proposals.ALREADY_DECIDED,
    proposals.PROPOSAL_LAPSED,
)


def proposed(found: proposals.Proposal, kind: FourEyes) -> HttpResponse:
    """202: the action waits for a second person."""
    return json_response(_shape(found, kind).model_dump(mode="json"), status=202)


def proposal_routes(service: str, kinds: Sequence[FourEyes]) -> Routes:
    """The queue of what takes two people in this service; each kind says who may decide."""
    routes = Routes(service=service, tag="four eyes")
    known = {kind.action: kind for kind in kinds}
    staff = permit(*STAFF_ROLES)

    @routes.get("/v1/proposals", permit=staff, answer=Proposals)
    def list_proposals(request: HttpRequest, wanted: Query[ProposalQuery]) -> Proposals:
        """What waits for a second person, or was decided; newest first."""
        with django_transaction() as cursor:
            found = proposals.list_proposals(
                cursor, actions=known, status=wanted.status, before=wanted.after, limit=wanted.limit
            )
        more = found[-1].id if len(found) == wanted.limit else None
        return Proposals(items=[_shape(each, known[each.action]) for each in found], next=more)

    @routes.get("/v1/proposals/{proposal_id}", permit=staff, answer=Proposal)
    def get_proposal(request: HttpRequest, proposal_id: str) -> Proposal:
        """One proposal with its full body."""
        with django_transaction() as cursor:
            found = proposals.get(cursor, proposal_id)
        return _shape(found, known[found.action])

    @routes.post(
        "/v1/proposals/{proposal_id}/approve", permit=staff, answer=Proposal, refusals=DECISION_REFUSALS
    )
    def approve_proposal(request: HttpRequest, proposal_id: str, body: Decision) -> Proposal:
        """Say yes as the second person; the action is executed, once."""
        return decide(request, proposal_id, body, approve=True)

    @routes.post(
        "/v1/proposals/{proposal_id}/reject", permit=staff, answer=Proposal, refusals=DECISION_REFUSALS
    )
    def reject_proposal(request: HttpRequest, proposal_id: str, body: Decision) -> Proposal:
        """Say no as the second person."""
        return decide(request, proposal_id, body, approve=False)

    @routes.post(
        "/v1/proposals/{proposal_id}/withdraw",
        permit=staff,
        answer=Proposal,
        refusals=(proposals.ALREADY_DECIDED,),
    )
    def withdraw_proposal(request: HttpRequest, proposal_id: str) -> Proposal:
        """Take back what I proposed."""
        with django_transaction() as cursor:
            found = proposals.withdraw(cursor, proposal_id, principal=principal_of(request))
        return _shape(found, known[found.action])

    def decide(request: HttpRequest, proposal_id: str, body: Decision, *, approve: bool) -> Proposal:
        with django_transaction() as cursor:
            kind = known[proposals.get(cursor, proposal_id).action]
            found = proposals.decide(
                cursor,
                proposal_id,
                kind=kind,
                approve=approve,
                reason=body.reason,
                principal=principal_of(request),
            )
        if found.status == proposals.APPROVED and found.executed_at is None:
            result = kind.execute(found)
            with django_transaction() as cursor:
                proposals.finish(cursor, proposal_id, result)
                found = proposals.get(cursor, proposal_id)
        return _shape(found, kind)

    return routes


def _shape(found: proposals.Proposal, kind: FourEyes) -> Proposal:
    return Proposal.from_orm(proposals.seen(found, title=kind.title))
