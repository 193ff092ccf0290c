"""Decisions that stopped a payment, for risk; auditors read them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from arhan.fraud.api.routes import Routes, rendered
from arhan.fraud.schemas import StoppedPage
from arhan.fraud.service import cases as service
from arhan.kernel.auth import permit

routes = Routes("decisions")

Outcome = Literal["", "step_up", "review", "decline"]


@routes.get("/v1/stopped-payments", permit=permit("risk", "auditor"), answer=StoppedPage)
def list_stopped_payments(
    request: Request,
    outcome: Outcome = "",
    customer: Annotated[str, Query(max_length=64, description="Who pays.")] = "",
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Decisions that refused a payment, held it for a person, or asked its payer for more; newest first."""
    found = service.list_stopped(
        request.app.state.office, customer=customer, outcome=outcome, after=after, limit=limit
    )
    return rendered(StoppedPage(found, next=found[-1].id if len(found) == limit else None))
