"""Businesses, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from arhan.account.errors.parties import BUSINESS_KNOWN
from arhan.account.models import Business
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.account.models import Account


def insert(business: Business) -> None:
    """Keep an application; Refused(business_known), also in a race."""
    try:
        with transaction.atomic():
            business.save(force_insert=True)
    except IntegrityError:
        raise Refused(BUSINESS_KNOWN) from None


def find(business_id: str) -> Business | None:
    """The business of this id."""
    return Business.objects.filter(id=business_id).first()


def lock(business_id: str) -> Business | None:
    """The business of this id, locked until the transaction ends."""
    return Business.objects.select_for_update(no_key=True).filter(id=business_id).first()


def search(*, applied_by: str, state: str, before: str, limit: int) -> list[Business]:
    """Businesses that match, newest first; empty members match everything."""
    exact = {"applied_by": applied_by, "state": state, "id__lt": before}
    found = Business.objects.filter(**{name: value for name, value in exact.items() if value})
    return list(found.order_by("-id")[:limit])


def decide(
    business: Business, *, state: str, by: str, reason: str, at: datetime, account: Account | None = None
) -> None:
    """Keep what was decided about a locked application."""
    business.state, business.decided_by, business.decided_at = state, by, at
    business.reason, business.account = reason, account
    business.save(update_fields=["state", "decided_by", "decided_at", "reason", "account"])
