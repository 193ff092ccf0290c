"""Questions to identity: what the person was told, and how they want to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import Question, get, post, put
from arhan.frontend.schemas.notices import Preferences, Told, Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVICE = "identity"


def listed(*, after: str = "", unread: bool = False, limit: int = 25) -> Question[Told]:
    """What they were told, newest first."""
    only = "true" if unread else ""
    return Question(get(SERVICE, "/v1/notifications", after=after, unread=only, limit=limit), Told)


def unread() -> Question[Unread]:
    """How much of it they have not read."""
    return Question(get(SERVICE, "/v1/notifications/unread"), Unread)


def read(notification_id: str) -> Question[Any]:
    """They have read this one."""
    return Question(post(SERVICE, f"/v1/notifications/{notification_id}/read"), Any)


def read_all(*, through: str) -> Question[Any]:
    """They have read everything up to this one."""
    return Question(post(SERVICE, "/v1/notifications/reads", {"through": through}), Any)


def preferences() -> Question[Preferences]:
    """How they are told, topic by topic."""
    return Question(get(SERVICE, "/v1/me/notification-preferences"), Preferences)


def choose(wishes: Sequence[dict[str, Any]]) -> Question[Preferences]:
    """How they want to be told."""
    return Question(put(SERVICE, "/v1/me/notification-preferences", {"items": wishes}), Preferences)
