"""How much and how often a card was used, by day, week, month and ever. Pure.

What is authorised counts from the moment it is; what is released or left uncaptured counts no longer.
A window is a calendar period of the bank's day: when the next one begins it begins at nothing, so what
is given back after its window has passed changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec

WindowName = Literal["day", "week", "month", "ever"]
NAMES: tuple[WindowName, ...] = ("day", "week", "month", "ever")
EVER = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Window:
    """What was counted in one window."""

    amount: int
    count: int


def begin_of(window: WindowName, day: date) -> date:
    """First day of the window into which a day falls; weeks begin on Monday (ISO 8601)."""
    if window == "day":
        return day
    if window == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if window == "month" else EVER


class Spending(msgspec.Struct):
    """The counters of one card, as the store reads them from its row, in this order."""

    card: str
    merchant: str = ""
    """The first merchant it paid; a merchant-locked card pays no other."""
    day: date = EVER
    day_amount: int = 0
    day_count: int = 0
    week: date = EVER
    week_amount: int = 0
    week_count: int = 0
    month: date = EVER
    month_amount: int = 0
    month_count: int = 0
    ever: date = EVER
    ever_amount: int = 0
    ever_count: int = 0

    def within(self, window: WindowName, *, today: date) -> Window:
        """What counts today in this window."""
        if getattr(self, window) != begin_of(window, today):
            return Window(0, 0)
        return Window(getattr(self, f"{window}_amount"), getattr(self, f"{window}_count"))

    def add(self, *, amount: int, today: date) -> None:
        """Count a use."""
        for window in NAMES:
            before = self.within(window, today=today)
            self._set(window, begin_of(window, today), before.amount + amount, before.count + 1)

    def give_back(self, *, amount: int, counted_on: date, whole: bool) -> None:
        """Count this much of a use no longer; `whole`: nothing of it was captured, so the use neither."""
        for window in NAMES:
            begin = begin_of(window, counted_on)
            if getattr(self, window) == begin:
                before = self.within(window, today=counted_on)
                self._set(window, begin, before.amount - amount, before.count - int(whole))

    def _set(self, window: WindowName, begin: date, amount: int, count: int) -> None:
        setattr(self, window, begin)
        setattr(self, f"{window}_amount", max(amount, 0))
        setattr(self, f"{window}_count", max(count, 0))
