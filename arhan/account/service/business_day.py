"""The bank's day: the date a movement is booked on."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account.domain.calendar import calendar_day

if TYPE_CHECKING:
    from datetime import date, datetime


def business_date(*, now: datetime) -> date:
    """The day the bank is booking on; the calendar day until close of business rolls it.

    A training bank may live ahead of the calendar, by ARHAN_DAYS_AHEAD days in all its processes.
    """
    return calendar_day(now) + timedelta(days=int(os.environ.get("ARHAN_DAYS_AHEAD", "") or 0))
