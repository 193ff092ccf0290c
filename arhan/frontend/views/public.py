"""The bank's front page and what has no sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from arhan import topology
from arhan.frontend import bank, store
from arhan.frontend.domain import api_docs
from arhan.frontend.service.asking import look_up
from arhan.kernel import health, metrics

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

API_SERVICES = tuple(service.name for service in topology.SERVICES if service.name != "frontend")


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """The front page."""
    return render(request, "public/home.html")


@require_safe
def developers(request: PageRequest, service: str = "identity") -> HttpResponse:
    """The API of each service, to read and to try; the documents are the services' own."""
    if service not in API_SERVICES:
        raise Http404
    panel = look_up(bank.descriptions.openapi(service))
    context = {
        "service": service,
        "services": API_SERVICES,
        "panel": panel,
        "sections": api_docs.sections(panel.value) if panel.ok else [],
    }
    return render(request, "public/developers.html", context)


@require_safe
def robots(request: PageRequest) -> HttpResponse:
    """Search engines see the front page only."""
    del request
    lines = ["User-agent: *", "Allow: /$", "Allow: /static/", "Disallow: /", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_GET
def figures(request: PageRequest) -> HttpResponse:
    """What Prometheus reads; the gateway does not let it out."""
    del request
    return HttpResponse(metrics.page(), content_type=metrics.MEDIA_TYPE)


@require_GET
def live(request: PageRequest) -> JsonResponse:
    """The process answers."""
    del request
    return JsonResponse({"status": "live"})


@require_GET
def ready(request: PageRequest) -> JsonResponse:
    """The database answers too; siblings are not asked, for pages render without them."""
    del request
    status, body = health.report({"database": store.check_answers})
    return JsonResponse(body, status=status)
