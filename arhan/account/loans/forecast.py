"""What is known, at some point of a loan, about the interest of the periods to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.loans.events import rate_on
from arhan.account.loans.interest import NONE, Interest, split_period, whole_periods
from arhan.account.loans.terms import Method

if TYPE_CHECKING:
    from decimal import Decimal

    from arhan.account.loans.events import PeriodEvents
    from arhan.account.loans.periods import Periods
    from arhan.account.loans.terms import LoanTerms


class Forecast:
    """Interest of every period of a loan, as far as it can be known by the events learnt so far."""

    def __init__(self, terms: LoanTerms, periods: Periods) -> None:
        """Nothing but the terms is known."""
        self.terms = terms
        self.periods = periods
        self.rate = terms.annual_rate_percent
        self._of: list[Interest] = []
        self._expect(0)

    def learn(self, first: int, events: PeriodEvents) -> None:
        """Take in what happens within the period of that index, in place of what was learnt of it before."""
        period = self.periods[first]
        pieces = events.pieces(period, rate_on(self.terms, period.starts_on))
        self._set_rate(first, pieces[0].annual_rate_percent)
        if len(pieces) == 1:
            return
        self._set_rate(first + 1, pieces[-1].annual_rate_percent)
        self._of[first] = split_period(self.terms, period, pieces)
        self._forgo(first)

    def of_periods(self) -> list[Interest]:
        """Interest of every period on what bears interest when it starts."""
        return self._of

    def growth(self, first: int) -> list[Interest]:
        """Interest of each period from that index on, as the annuity formula is given it."""
        growth = self._of[first:]
        for index in range(first, self.terms.grace.interest_payment):
            growth[index - first] = NONE
        return growth

    def interest(self, first: int, lent: int, raised: int) -> list[Interest]:
        """Interest of every period: on what is owed, or by the flat method on what was lent.

        `lent` bears interest when the period of that index starts, `raised` is added within it.
        """
        if self.terms.method is not Method.FLAT:
            return self._of
        flat = [NONE] * first
        for index, interest in enumerate(self._of[first:], start=first):
            on_lent = interest.on(lent if index == first else lent + raised, self.terms.rounding)
            flat.append(Interest(0, 2 * on_lent + 1, 2))
        return flat

    def _set_rate(self, first: int, rate: Decimal) -> None:
        """The rate of all periods from that index on."""
        if rate != self.rate:
            self.rate = rate
            self._expect(first)

    def _expect(self, first: int) -> None:
        """Nothing to happen from that index on."""
        self._of[first:] = whole_periods(self.terms, self.periods, first, self.rate)
        self._forgo(first)

    def _forgo(self, first: int) -> None:
        """No interest accrues in an interest-free period."""
        for index in range(first, self.terms.grace.interest_free):
            self._of[index] = NONE
