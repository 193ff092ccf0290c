"""What fraud says, for subscribers who missed it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from arhan.fraud.api.routes import SERVICE, Routes, rendered
from arhan.kernel.auth import permit
from arhan.kernel.inbox import Batch
from arhan.kernel.outbox import read_feed

LARGEST_PAGE = 5_000

routes = Routes("events")


@routes.get("/internal/v1/events", permit=permit(scope="fraud:feed"), answer=Batch)
def read_events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 1_000,
    types: str = "",
) -> Response:
    """Events after a position, oldest first."""
    wanted = [type_ for type_ in types.split(",") if type_]
    with request.app.state.office.begin() as cursor:
        events, through = read_feed(cursor, source=SERVICE, after=after, limit=limit, types=wanted)
    return rendered(Batch(publisher=SERVICE, after=after, through=through, events=events))
