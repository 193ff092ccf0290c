"""Who may see a page."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from arhan.frontend.errors import CUSTOMERS_ONLY, SIGNED_OUT, STAFF_ONLY
from arhan.kernel.errors import NOT_PERMITTED, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.service.sessions import Visitor


def visitor_of(request: PageRequest) -> Visitor:
    """Who is signed in; Refused(signed_out) when nobody is."""
    visitor: Visitor | None = request.visitor
    if visitor is None:
        raise Refused(SIGNED_OUT)
    return visitor


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for whoever is signed in."""

    @wraps(view)
    def guarded(request: PageRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        visitor_of(request)
        return view(request, *arguments, **named)

    return guarded


def for_customers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for customers."""

    @wraps(view)
    def guarded(request: PageRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        if visitor_of(request).is_staff:
            raise Refused(CUSTOMERS_ONLY)
        return view(request, *arguments, **named)

    return guarded


def for_staff(*roles: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A page for these roles; for every member of staff when none is named.

    This only spares people a page of refusals: the services check the token themselves.
    """

    def guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: PageRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            visitor = visitor_of(request)
            if not visitor.is_staff:
                raise Refused(STAFF_ONLY)
            if roles and visitor.session.role not in roles:
                raise Refused(NOT_PERMITTED)
            return view(request, *arguments, **named)

        return guarded

    return guard
