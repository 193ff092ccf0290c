"""Interest as it is earned, day by day, for the books.

A loan paid as agreed earns, up to each due date, exactly what its instalments up to then charge, and
what they defer: the sum of the daily bookings ties to the schedule to the minor unit.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from arhan.account.loans.daycount import part_in_years
from arhan.account.loans.events import PeriodEvents, events_by_period, rate_on
from arhan.account.loans.forecast import Forecast
from arhan.account.loans.periods import instalment_periods
from arhan.account.loans.rounding import divide
from arhan.account.loans.terms import Method

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arhan.account.loans.schedule import Schedule

NOTHING = PeriodEvents()


class Accrual:
    """The interest a schedule earns. Building it costs as much as the schedule; asking for a day costs little."""

    def __init__(self, schedule: Schedule) -> None:
        """Works out what every period earns."""
        self.terms = schedule.terms
        self.periods = instalment_periods(self.terms)
        self.events = events_by_period(self.terms, self.periods)
        self.count = len(schedule.instalments)
        """Periods that have an instalment: a shortened loan has fewer than were agreed."""

        self.bearing = list(self._bearing([row.balance for row in schedule.instalments]))
        """What bears interest when each period starts."""

        self.earned = [0, *accumulate(self._earned())]
        """Interest of all periods before each."""

    def until(self, day: date) -> int:
        """Interest earned from the first disbursement to the start of that day, in minor units."""
        running = self.running(day)
        rounded = divide(running.numerator, running.denominator, self.terms.rounding)
        return self.earned[min(self.periods.index_of(day), self.count)] + rounded

    def running(self, day: date) -> Fraction:
        """Interest earned since the last due date, exact and in minor units; nothing on the due date itself."""
        index = self.periods.index_of(day)
        if index >= self.count or index < self.terms.grace.interest_free:
            return Fraction(0)
        period, events = self.periods[index], self.events.get(index, NOTHING)
        exact = Fraction(0)
        for piece in events.pieces(period, rate_on(self.terms, period.starts_on)):
            if piece.starts_on < day:
                years = part_in_years(self.terms, period, piece.starts_on, min(piece.ends_on, day))
                factor = Fraction(*years) * Fraction(piece.annual_rate_percent) / 100
                exact += factor * (self.bearing[index] + piece.raised)
        return exact

    def _bearing(self, balances: list[int]) -> Iterator[int]:
        """What is owed, or by the flat method was lent, when each period starts."""
        lent = 0
        for index, owed in enumerate([0, *balances[:-1]]):
            events = self.events.get(index, NOTHING)
            at_start = events.raised_on(self.periods.starts_on[index])
            is_flat = self.terms.method is Method.FLAT
            yield (lent if is_flat else owed) + at_start
            lent += sum(amount for _, amount in events.changes)

    def _earned(self) -> Iterator[int]:
        """Interest of each period, rounded as the schedule rounds it."""
        forecast = Forecast(self.terms, self.periods)
        for index in sorted(self.events):
            forecast.learn(index, self.events[index])
        for bearing, interest in zip(self.bearing, forecast.of_periods(), strict=False):
            yield interest.on(bearing, self.terms.rounding)
