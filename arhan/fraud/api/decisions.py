"""`POST /v1/decisions`: the hot route; payment asks about a whole batch at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response

from arhan.contracts.fraud import Decisions, Screenings
from arhan.fraud.api.routes import Routes, body_of, rendered
from arhan.fraud.schemas import check_screenings
from arhan.kernel.auth import permit

routes = Routes("decisions")


@routes.post("/v1/decisions", permit=permit(scope="fraud:decide"), body=Screenings, answer=Decisions)
async def decide(request: Request, asked: Annotated[Screenings, body_of(Screenings)]) -> Response:
    """Decide about payments before any money is touched; a repeat gets the same answer."""
    check_screenings(asked.screenings)
    decisions = await request.app.state.desk.decide(asked.screenings)
    return rendered(Decisions(decisions))
