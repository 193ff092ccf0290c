"""The bank's day, and the days on which it works. Pure; every service counts by the same calendar.

The bank is open every day: money moves at any hour, and a business date follows each calendar day.
Where contracts speak of working days, they are Monday to Friday without Nigeria's public holidays.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

import holidays

LAGOS = timezone(timedelta(hours=1), "WAT")
"""West Africa Time: an hour ahead of UTC the whole year, since 1919."""
COUNTRY = "NG"
SATURDAY = 5
A_DAY = timedelta(days=1)


def calendar_day(moment: datetime) -> date:
    """The date on the wall at the bank's head office."""
    return moment.astimezone(LAGOS).date()


def working_day_on_or_after(day: date) -> date:
    """The day itself if the bank works, else the first after it (the "following" convention)."""
    while not is_working_day(day):
        day += A_DAY
    return day


def working_day_on_or_before(day: date) -> date:
    """The day itself if the bank works, else the last before it (the "preceding" convention)."""
    while not is_working_day(day):
        day -= A_DAY
    return day


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a public holiday."""
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def holiday_on(day: date) -> str:
    """The public holiday's name; empty on other days."""
    return _holidays(day.year).get(day) or ""


@lru_cache(maxsize=8)
def _holidays(year: int) -> holidays.HolidayBase:
    """A year's public holidays, with the days by which they are observed."""
    return holidays.country_holidays(COUNTRY, years=year, language="en_NG")
