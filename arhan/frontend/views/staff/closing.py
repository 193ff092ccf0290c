"""Close of business: the bank's day, asking for its closing, and watching it live."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import screening as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.bank import Question
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.closing import Closing
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.service.sessions import Visitor

LOOKED_EVERY_S = 1.0
STREAMED_S = 45.0
"""Then the browser asks again by itself, so that a stream never outlives its reader for long."""
ADMIN = "admin"
_places = threading.BoundedSemaphore(6)
"""A stream holds a thread of the office; whoever finds no place is told how it stands and asks again."""


@require_safe
@for_staff()
def show(request: PageRequest) -> HttpResponse:
    """The open day, the latest closing, and those before."""
    after = request.GET.get("after", "")
    panels = ask_all(visitor_of(request), day=bank.closing.day(), runs=bank.closing.runs(after=after))
    may_close = visitor_of(request).session.role == ADMIN
    context = {"panels": panels, "may_close": may_close, "is_newest": not after}
    return render(request, "staff/closing.html", context)


@require_safe
@for_staff()
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """All closings, as a file."""

    def page(after: str) -> Question[Listed[Closing]]:
        return bank.closing.runs(after=after)

    return take_along(request, tables.closings(every(visitor_of(request), page)), form)


@require_POST
@for_staff(ADMIN)
def close(request: PageRequest) -> HttpResponse:
    """Ask for the open day to be closed; it begins within seconds."""
    try:
        day = ask(visitor_of(request), bank.closing.day())
        ask(visitor_of(request), bank.closing.close(through=day.business_date))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Asked. The closing begins within seconds."))
    return redirect("closing")


@require_safe
@for_staff()
def progress(request: PageRequest) -> StreamingHttpResponse:
    """How far the closing has come, again whenever that changes (server-sent events)."""
    response = StreamingHttpResponse(
        _events(visitor_of(request)), content_type="text/event-stream; charset=utf-8"
    )
    response["X-Accel-Buffering"] = "no"
    return response


def _events(visitor: Visitor) -> Iterator[str]:
    yield "retry: 3000\n\n"
    has_place = _places.acquire(blocking=False)
    try:
        until = time.monotonic() + (STREAMED_S if has_place else 0)
        shown = ""
        while True:
            panels = ask_all(visitor, day=bank.closing.day(), runs=bank.closing.runs())
            found = render_to_string(
                "staff/closing_progress.html", {"panels": panels, "panel": panels["day"]}
            )
            if found != shown:
                yield "".join(f"data: {line}\n" for line in found.splitlines()) + "\n"
                shown = found
            if time.monotonic() >= until:
                return
            time.sleep(LOOKED_EVERY_S)
    except Refused:
        return
    finally:
        if has_place:
            _places.release()
