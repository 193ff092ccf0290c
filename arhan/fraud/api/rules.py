"""The rule book, for risk; auditors read it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from arhan.fraud.api.routes import Person, Routes, body_of, intention_of, rendered
from arhan.fraud.domain.rules import RuleVersion
from arhan.fraud.errors import RULE_STATE_CONFLICT, SECOND_PERSON_NEEDED, THRESHOLDS_INCOMPLETE
from arhan.fraud.schemas import NewRule, Promotion, RulePage
from arhan.fraud.service import rules as service
from arhan.kernel.auth import permit
from arhan.kernel.idempotency import REPLAYED_HEADER

routes = Routes("rules")

State = Literal["", "draft", "shadow", "active", "retired"]


@routes.get("/v1/rules", permit=permit("risk", "auditor"), answer=RulePage)
def list_rules(
    request: Request,
    state: State = "",
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Versions of rules, newest first."""
    found = service.list_rules(request.app.state.office, state=state, after=after, limit=limit)
    return rendered(RulePage(found, next=found[-1].id if len(found) == limit else None))


@routes.post(
    "/v1/rules",
    permit=permit("risk"),
    body=NewRule,
    answer=RuleVersion,
    status=201,
    refusals=(THRESHOLDS_INCOMPLETE,),
    idempotent=True,
)
def draft_rule(request: Request, person: Person, new: Annotated[NewRule, body_of(NewRule)]) -> Response:
    """Write the next version of a rule and propose it; it has no effect until somebody else promotes it."""
    answered = service.draft_rule(
        request.app.state.office,
        new,
        person=person,
        intention=intention_of(request, person, new),
    )
    headers = {REPLAYED_HEADER: "true"} if answered.replayed else None
    return rendered(answered.body, status=answered.status, headers=headers)


@routes.get("/v1/rules/{id}", permit=permit("risk", "auditor"), answer=RuleVersion)
def get_rule(request: Request, id: str) -> Response:  # noqa: A002 - named as in the path
    """One version of a rule."""
    return rendered(service.get_rule(request.app.state.office, id))


@routes.post(
    "/v1/rules/{id}/promote",
    permit=permit("risk"),
    body=Promotion,
    answer=RuleVersion,
    refusals=(RULE_STATE_CONFLICT, SECOND_PERSON_NEEDED),
)
def promote_rule(
    request: Request,
    person: Person,
    id: str,  # noqa: A002 - named as in the path
    promotion: Annotated[Promotion, body_of(Promotion)],
) -> Response:
    """Approve that a version comes into shadow, then into force; never the one who wrote it."""
    promoted = service.promote_rule(request.app.state.office, id, to=promotion.to, person=person)
    return rendered(promoted)
