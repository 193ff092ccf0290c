"""Cases, for risk; auditors read them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from arhan.fraud.api.routes import Person, Routes, body_of, rendered
from arhan.fraud.domain.cases import Case, CaseFile
from arhan.fraud.errors import CASE_RESOLVED, SECOND_PERSON_NEEDED
from arhan.fraud.schemas import CasePage, CaseResolution
from arhan.fraud.service import cases as service
from arhan.kernel.auth import permit

routes = Routes("cases")

Status = Literal["", "open", "release_proposed", "resolved"]


@routes.get("/v1/cases", permit=permit("risk", "auditor"), answer=CasePage)
def list_cases(
    request: Request,
    status: Status = "",
    customer: Annotated[str, Query(max_length=64, description="Who pays or is paid.")] = "",
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Payments that wait, or waited, for a person; newest first."""
    found = service.list_cases(
        request.app.state.office, status=status, customer=customer, after=after, limit=limit
    )
    return rendered(CasePage(found, next=found[-1].id if len(found) == limit else None))


@routes.get("/v1/cases/{id}", permit=permit("risk", "auditor"), answer=CaseFile)
def get_case(request: Request, id: str) -> Response:  # noqa: A002 - named as in the path
    """A case with its evidence."""
    return rendered(service.get_case(request.app.state.office, id))


@routes.post(
    "/v1/cases/{id}/resolve",
    permit=permit("risk"),
    body=CaseResolution,
    answer=Case,
    refusals=(CASE_RESOLVED, SECOND_PERSON_NEEDED),
)
def resolve_case(
    request: Request,
    person: Person,
    id: str,  # noqa: A002 - named as in the path
    resolution: Annotated[CaseResolution, body_of(CaseResolution)],
) -> Response:
    """Decline at once; or release, which the first person proposes and a second confirms."""
    case = service.resolve_case(
        request.app.state.office,
        id,
        verdict=resolution.verdict,
        note=resolution.note,
        person=person.subject,
    )
    return rendered(case)
