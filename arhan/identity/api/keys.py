"""The keys that verify the bank's tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.identity.schemas.tokens import KeySet
from arhan.identity.service import keys
from arhan.kernel.auth import PUBLIC
from arhan.kernel.office import Routes, json_response

routes = Routes(service="identity", tag="keys")


@routes.get("/.well-known/jwks.json", permit=PUBLIC, answer=KeySet)
def jwks(request: HttpRequest) -> HttpResponse:
    """The key set (RFC 7517)."""
    return json_response(keys.published(), headers={"Cache-Control": "public, max-age=60"})
