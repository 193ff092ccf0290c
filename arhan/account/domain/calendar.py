"""Which business date follows which. Pure; the bank's calendar is `contracts.calendar`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.calendar import A_DAY, working_day_on_or_after

if TYPE_CHECKING:
    from datetime import date


def next_business_date(day: date, *, working_days_only: bool = False) -> date:
    """The business date after this one: the next day, or the next on which the bank works."""
    following = day + A_DAY
    return working_day_on_or_after(following) if working_days_only else following
