"""What people choose in filters, as the services are asked for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.utils import timezone

from arhan.frontend.domain.places import rows_shown

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest


class Place(TypedDict):
    """What is asked of a list: from where on, and how many rows."""

    after: str
    limit: int


def day_begins(text: str, *, plus: int = 0) -> datetime | None:
    """The moment a chosen day begins in the visitor's zone, or one `plus` days later; None for no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=plus)
    except (ValueError, OverflowError):
        return None
    return timezone.make_aware(datetime.combine(day, time.min))


def place_of(request: PageRequest, *, per_page: int) -> Place:
    """Where a list begins and how many rows it has: what the address says, or the part it is to go on with."""
    if request.headers.get("HX-Request") and "next" in request.GET:
        return {"after": request.GET["next"], "limit": per_page}
    limit = rows_shown(request.GET.get("rows", ""), per_page=per_page)
    return {"after": request.GET.get("after", ""), "limit": limit}
