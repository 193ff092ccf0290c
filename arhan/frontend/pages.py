"""A request as the views get it, after the middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from arhan.frontend.service.sessions import Visitor


class PageRequest(HttpRequest):
    """Django's request and what VisitorMiddleware adds to it."""

    visitor: Visitor | None
    """Who is signed in in this browser."""
    origin: dict[str, str]
    """Headers that tell the services where the request came from."""
