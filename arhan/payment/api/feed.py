"""The event feed: what became of orders, for subscribers that missed a delivery."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.kernel.auth import permit
from arhan.kernel.database import django_transaction
from arhan.kernel.events import MAX_FEED_PAGE, feed_page
from arhan.kernel.office import Routes, json_response

routes = Routes(service="payment", tag="internal")


@routes.get("/internal/v1/events", permit=permit(scope="payment:feed"), answer=dict[str, Any])
def read_events(
    request: HttpRequest,
    *,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_FEED_PAGE)] = 1000,
    types: Annotated[str, Query(max_length=1000)] = "",
) -> HttpResponse:
    """Events after a position, oldest first."""
    with django_transaction() as cursor:
        page = feed_page(cursor, publisher="payment", after=after, limit=limit, types=types)
    return json_response(page)
