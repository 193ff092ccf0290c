"""Pages that wait for several services: their outline at once, what they say when it has come."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from arhan.frontend.middleware import ZONE_COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from arhan.frontend.pages import PageRequest

WHOLE = "whole"
"""In an address: the page itself, without an outline before it."""


def outlined(title: _StrPromise) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The outline asks nobody anything; the browser then asks once for the page, which takes its place.

    Only where somebody opens the page in a browser that has run our scripts before: it has told its time
    zone. Everybody else waits for the page itself.
    """

    def outline(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def shown(request: PageRequest, *arguments: Any, **named: Any) -> HttpResponse:
            opened = request.headers.get("Sec-Fetch-Mode") == "navigate"
            if not opened or ZONE_COOKIE not in request.COOKIES or WHOLE in request.GET:
                return view(request, *arguments, **named)
            query = request.GET.copy()
            query[WHOLE] = "1"
            context = {"title": title, "whole": f"?{query.urlencode()}", "messages": ()}
            return render(request, "layouts/outline.html", context)

        return shown

    return outline
