"""What fraud says, for subscribers who missed it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from arhan.fraud.api.routes import SERVICE, Routes, rendered
from arhan.kernel.auth import permit
from arhan.kernel.events import MAX_FEED_PAGE, feed_page
from arhan.kernel.inbox import Batch

routes = Routes("events")


@routes.get("/internal/v1/events", permit=permit(scope="fraud:feed"), answer=Batch)
def read_feed(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_FEED_PAGE)] = 1_000,
    types: str = "",
) -> Response:
    """Events after a position, oldest first."""
    with request.app.state.office.begin() as cursor:
        return rendered(feed_page(cursor, publisher=SERVICE, after=after, limit=limit, types=types))
