"""Holds, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.models import Hold

if TYPE_CHECKING:
    from datetime import datetime


def list_expired(*, now: datetime, limit: int) -> list[str]:
    """Ids of open holds whose time has run out, the oldest first."""
    found = Hold.objects.filter(status="open", expires_at__lte=now).order_by("expires_at")
    return list(found.values_list("id", flat=True)[:limit])
