"""What people choose in filters, as the services are asked for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def day_begins(text: str, *, plus: int = 0) -> datetime | None:
    """The moment a chosen day begins in the visitor's zone, or one `plus` days later; None for no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=plus)
    except (ValueError, OverflowError):
        return None
    return timezone.make_aware(datetime.combine(day, time.min))
