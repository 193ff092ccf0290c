"""What every page knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from arhan.frontend.domain import sessions
from arhan.frontend.domain.screens import current_screen, customer_screens, staff_screens
from arhan.kernel.clock import now

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

THEMES = ("light", "dark")


def page(request: PageRequest) -> dict[str, Any]:
    """The visitor, the navigation for their role, the theme, and when the session ends."""
    visitor = getattr(request, "visitor", None)
    theme = request.COOKIES.get("theme", "")
    found: dict[str, Any] = {"visitor": visitor, "theme": theme if theme in THEMES else ""}
    if visitor:
        role = visitor.session.role
        found["screens"] = staff_screens(role) if visitor.is_staff else customer_screens()
        found["here"] = (
            current_screen(request.resolver_match.url_name or "") if request.resolver_match else ""
        )
        found["session_left_s"] = max(0, int((visitor.span.ends_at - now()).total_seconds()))
        found["live"] = "" if visitor.is_staff else reverse("live")
        found["session_idle_s"] = int(sessions.IDLE.total_seconds())
        found["session_warned_s"] = int(sessions.WARNED_BEFORE.total_seconds())
    return found
