"""Who the bank thinks one is, and how the portal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.service.asking import ask_all
from arhan.frontend.views.access import signed_in, visitor_of

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest


@require_safe
@signed_in
def profile(request: PageRequest) -> HttpResponse:
    """Particulars, language and look."""
    panels = ask_all(visitor_of(request), me=bank.people.me(), factors=bank.people.factors())
    return render(
        request,
        "profile/profile.html",
        {"panels": panels, "me": panels["me"].value, "factors": panels["factors"].value},
    )


@require_POST
@signed_in
def stay(request: PageRequest) -> HttpResponse:
    """Somebody is still there: the session goes on (the visit itself was noted on the way in)."""
    del request
    return HttpResponse(status=204)
