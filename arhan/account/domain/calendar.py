"""The bank's day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

LAGOS = timezone(timedelta(hours=1), "WAT")
"""West Africa Time: an hour ahead of UTC the whole year, since 1919."""


def calendar_day(moment: datetime) -> date:
    """The date on the wall at the bank's head office."""
    return moment.astimezone(LAGOS).date()
