"""What somebody was told: the list, reading, choosing how to be told, and hearing of it live."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.notices import place_of
from arhan.frontend.errors import explain
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.service.sessions import Visitor

PER_PAGE = 25
OPENED = re.compile(r"(?P<id>ntf_\w+) (?P<kind>\w+) (?P<subject>\w+)")
"""What the button of one says: which it is, and where it leads."""
LOOKED_EVERY_S = 2.0
STREAMED_S = 45.0
"""Then the browser asks again by itself."""
ASKED_AGAIN_MS = 3_000
ASKED_AGAIN_WITHOUT_PLACE_MS = 20_000
_places = threading.BoundedSemaphore(4)
"""A stream holds a thread of the office: whoever finds no place is told how it stands and asks again."""


@require_safe
@for_customers
def show(request: PageRequest) -> HttpResponse:
    """The list, newest first; the filter and the place are in the address."""
    unread, after = request.GET.get("show") == "unread", request.GET.get("after", "")
    asked = bank.notices.listed(after=after, unread=unread, limit=PER_PAGE)
    panel = ask_all(visitor_of(request), told=asked)["told"]
    context = {"panel": panel, "told": panel.value, "unread_only": unread, "after": after}
    return render(request, "customer/notifications.html", context)


@require_POST
@for_customers
def read_one(request: PageRequest) -> HttpResponse:
    """Mark one as read and go where it leads; that it could not be marked stops nobody."""
    found = OPENED.fullmatch(request.POST.get("open", ""))
    if found is None:
        raise Http404
    place, subject = place_of(found["kind"]), found["subject"]
    try:
        ask(visitor_of(request), bank.notices.read(found["id"]))
    except Refused as refused:
        if refused.refusal.status == 404:  # noqa: PLR2004 - RFC 9110: not there, or somebody else's
            raise
    return redirect(place.route, subject) if place.has_subject else redirect(place.route)


@require_POST
@for_customers
def read_all(request: PageRequest) -> HttpResponse:
    """Everything up to the newest that was shown is read."""
    try:
        ask(visitor_of(request), bank.notices.read_all(through=request.POST.get("through", "")))
    except Refused as refused:
        messages.error(request, explain(refused))
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def preferences(request: PageRequest) -> HttpResponse:
    """How to be told, topic by topic."""
    visitor = visitor_of(request)
    panel = ask_all(visitor, found=bank.notices.preferences())["found"]
    if request.method == "POST" and panel.ok:
        wishes = [
            {
                "topic": each.topic,
                "in_app": f"{each.topic}.in_app" in request.POST,
                "email": f"{each.topic}.email" in request.POST,
            }
            for each in panel.value.items
            if not each.fixed
        ]
        try:
            ask(visitor, bank.notices.choose(wishes))
        except Refused as refused:
            messages.error(request, explain(refused))
        else:
            messages.success(request, _("That is how we will tell you."))
        return redirect("notification-preferences")
    context = {"panel": panel, "choices": panel.value.items if panel.ok else []}
    return render(request, "customer/notification_preferences.html", context)


@require_safe
def live(request: PageRequest) -> HttpResponse | StreamingHttpResponse:
    """How much is unread, again whenever that changes (server-sent events).

    Who listens is not thereby there: it does not keep the session alive (middleware.py). 204 tells
    browsers not to ask again.
    """
    if request.visitor is None or request.visitor.is_staff:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(
        _counts(request.visitor), content_type="text/event-stream; charset=utf-8"
    )
    response["X-Accel-Buffering"] = "no"
    return response


def _counts(visitor: Visitor) -> Iterator[str]:
    has_place = _places.acquire(blocking=False)
    again = ASKED_AGAIN_MS if has_place else ASKED_AGAIN_WITHOUT_PLACE_MS
    try:
        yield f"retry: {again}\n\n"
        until = time.monotonic() + (STREAMED_S if has_place else 0)
        told = -1
        while True:
            panel = ask_all(visitor, found=bank.notices.unread())["found"]
            if panel.ok and panel.value.unread != told:
                told = panel.value.unread
                yield f"data: {told}\n\n"
            else:
                yield ": still here\n\n"
            if time.monotonic() >= until:
                return
            time.sleep(LOOKED_EVERY_S)
    except Refused:
        return
    finally:
        if has_place:
            _places.release()
