"""Pages that say no, in people's words and with the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from arhan.frontend.errors import explain
from arhan.frontend.service.asking import SOURCE, Panel
from arhan.kernel import logging
from arhan.kernel.errors import INTERNAL, MALFORMED, NOT_FOUND, Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

OUT_FROM = 503
"""From this status on the service is out or late; below, it answered and said no."""


def refusal_page(request: PageRequest, refused: Refused) -> HttpResponse:
    """The page of a refusal; when a service is out, within the portal, saying which.

    Whoever is signed in keeps the way to all that does not depend on it.
    """
    status = refused.refusal.status
    source = refused.extra.get(SOURCE, "") if status >= OUT_FROM else ""
    context = {
        "refused": refused,
        "sentence": explain(refused),
        "title": _titles().get(status, _("That did not work")),
        "request_id": logging.request_id(),
    }
    if source and getattr(request, "visitor", None):
        context["panel"] = Panel(refused=refused, source=str(source))
        response = render(request, "out_of_service.html", context, status=status)
    else:
        response = render(request, "public/refusal.html", context, status=status)
    if refused.refusal.retryable:
        response["Retry-After"] = "2"
    return response


def _titles() -> dict[int, str]:
    return {
        403: _("Not for this sign-in"),
        404: _("Nothing here"),
        429: _("One moment, please"),
        503: _("This part of the bank is resting"),
        504: _("No answer yet"),
    }


def not_found(request: PageRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    del exception
    return refusal_page(request, Refused(NOT_FOUND))


def malformed(request: PageRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    del exception
    return refusal_page(request, Refused(MALFORMED))


def broken(request: PageRequest) -> HttpResponse:
    """Django's handler500."""
    return refusal_page(request, Refused(INTERNAL))


def csrf_failed(request: PageRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or from one opened too long ago."""
    del reason
    context = {
        "title": _("This form is out of date"),
        "sentence": _(
            "It was opened before you last signed in or out. Go back, reload the page and try again."
        ),
        "code": "form_out_of_date",
        "request_id": logging.request_id(),
    }
    return render(request, "public/refusal.html", context, status=403)
