"""Questions to account about close of business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.frontend.bank.question import Question, get, post
from arhan.frontend.schemas.closing import BusinessDay, Closing
from arhan.frontend.schemas.common import Listed

if TYPE_CHECKING:
    import datetime as dt

SERVICE = "account"


def day() -> Question[BusinessDay]:
    """The bank's day, and how far its closing has come."""
    return Question(get(SERVICE, "/v1/close-of-business"), BusinessDay)


def runs(*, after: str = "") -> Question[Listed[Closing]]:
    """Closings, the latest day first."""
    call = get(SERVICE, "/v1/close-of-business/runs", limit=25, after=after)
    return Question(call, Listed[Closing])


def close(*, through: dt.date) -> Question[BusinessDay]:
    """Ask for the days up to this one to be closed."""
    body = {"through": through.isoformat()}
    return Question(post(SERVICE, "/v1/close-of-business", body), BusinessDay)
