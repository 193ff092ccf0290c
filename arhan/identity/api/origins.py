"""Where a request came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.domain.origins import Origin
from arhan.kernel.office import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

MAX_USER_AGENT = 300


def origin_of(request: HttpRequest, device_token: str | None = None) -> Origin:
    """Address, user agent and device, as far as anybody can tell."""
    agent = "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())
    return Origin(
        address=client_address(request),
        user_agent=agent[:MAX_USER_AGENT],
        device_token=device_token or "",
    )
