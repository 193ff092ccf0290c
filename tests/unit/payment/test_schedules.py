"""When standing orders are due: month ends, leap years, weekends and Nigeria's holidays."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as some

from arhan.contracts.calendar import is_working_day
from arhan.payment.domain.schedules import Occurrence, Schedule

if TYPE_CHECKING:
    import pytest


def schedule(frequency: Any, first: str, **more: Any) -> Schedule:
    first_date = date.fromisoformat(first)
    return Schedule(frequency=frequency, first_date=first_date, **({"day_of_month": first_date.day} | more))


def occurrences(of: Schedule, *, most: int) -> list[Occurrence]:
    found: list[Occurrence] = []
    coming = of.after(None)
    while coming is not None and len(found) < most:
        found.append(coming)
        coming = of.after(coming)
    return found


def days(of: Schedule, *, most: int) -> str:
    """The days on which it pays."""
    return " ".join(str(each.pay_date) for each in occurrences(of, most=most))


def test_every_day_and_every_week() -> None:
    assert days(schedule("daily", "2028-02-27"), most=4) == "2028-02-27 2028-02-28 2028-02-29 2028-03-01"
    assert days(schedule("weekly", "2026-12-18"), most=3) == "2026-12-18 2026-12-25 2027-01-01"


def test_the_31st_is_the_last_day_of_every_month() -> None:
    assert (
        days(schedule("monthly", "2026-12-31"), most=5)
        == "2026-12-31 2027-01-31 2027-02-28 2027-03-31 2027-04-30"
    )


def test_the_month_end_comes_back_after_a_leap_february() -> None:
    assert days(schedule("monthly", "2028-01-30"), most=3) == "2028-01-30 2028-02-29 2028-03-30"


def test_a_series_may_begin_before_its_day_of_the_month() -> None:
    assert days(schedule("monthly", "2026-12-20", day_of_month=5), most=2) == "2027-01-05 2027-02-05"
    assert (
        days(schedule("monthly", "2026-11-30", day_of_month=31), most=3) == "2026-11-30 2026-12-31 2027-01-31"
    )


def test_29_february_is_the_28th_in_other_years() -> None:
    assert (
        days(schedule("yearly", "2028-02-29"), most=5)
        == "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29"
    )


def test_a_day_off_is_paid_after_or_before_it() -> None:
    """25 and 26 December 2026 are holidays, a Friday and a Saturday; the Monday after is observed."""
    for day in ("2026-12-25", "2026-12-26", "2026-12-27"):
        assert not is_working_day(date.fromisoformat(day))
    first = {"as_is": "2026-12-25", "preceding": "2026-12-24"}
    for rule, paid in first.items():
        assert days(schedule("monthly", "2026-12-25", business_days=rule), most=1) == paid
    following = occurrences(schedule("monthly", "2026-12-25", business_days="following"), most=2)
    assert [is_working_day(each.pay_date) for each in following] == [True, True]
    assert [str(each.due_date) for each in following] == ["2026-12-25", "2027-01-25"]


def test_days_that_fall_on_one_working_day_are_paid_once() -> None:
    """A daily payment over a weekend: Friday, Monday, Tuesday; not three times on Monday."""
    assert (
        days(schedule("daily", "2026-11-20", business_days="following"), most=3)
        == "2026-11-20 2026-11-23 2026-11-24"
    )
    assert (
        days(schedule("daily", "2026-11-19", business_days="preceding"), most=3)
        == "2026-11-19 2026-11-20 2026-11-23"
    )


def test_it_ends_with_its_last_day_whenever_that_is_paid() -> None:
    until = schedule("monthly", "2026-11-22", last_date=date(2026, 12, 22), business_days="following")
    assert days(until, most=9) == "2026-11-23 2026-12-22"
    assert occurrences(schedule("weekly", "2026-11-22", last_date=date(2026, 11, 21)), most=1) == []


def test_a_holiday_declared_late_pays_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """An occurrence is known by the day it is due, so it is past however the calendar changes."""
    saturday = schedule("weekly", "2026-11-21", business_days="following")
    paid = saturday.after(None)
    assert paid == Occurrence(date(2026, 11, 21), date(2026, 11, 23))
    monkeypatch.setattr(
        "arhan.contracts.calendar.is_working_day",
        lambda day: day != date(2026, 11, 23) and day.weekday() < 5,
    )
    assert saturday.after(paid) == Occurrence(date(2026, 11, 28), date(2026, 11, 30))


@given(
    frequency=some.sampled_from(["daily", "weekly", "monthly", "yearly"]),
    first=some.dates(date(2024, 1, 1), date(2032, 12, 31)),
    day=some.integers(1, 31),
    rule=some.sampled_from(["as_is", "following", "preceding"]),
)
def test_each_occurrence_comes_after_the_one_before_and_near_its_day(
    frequency: Any, first: date, day: int, rule: Any
) -> None:
    series = schedule(frequency, str(first), day_of_month=day, business_days=rule)
    found = occurrences(series, most=8)
    assert len(found) == 8
    for one, following in itertools.pairwise(found):
        assert one.due_date < following.due_date
        assert one.pay_date < following.pay_date
    for each in found:
        assert each.due_date >= first
        assert abs((each.pay_date - each.due_date).days) <= 10
        assert rule == "as_is" or is_working_day(each.pay_date)
