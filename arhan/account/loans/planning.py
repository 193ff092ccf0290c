"""Which instalment to ask for, at the start and after every event, and how it splits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arhan.account.loans.amortisation import Stretch, Walk, walk_equal, walk_portions
from arhan.account.loans.annuity import annuity, is_stiff
from arhan.account.loans.forecast import Forecast
from arhan.account.loans.rounding import divide, to_multiple
from arhan.account.loans.terms import Method

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from arhan.account.loans.events import PeriodEvents
    from arhan.account.loans.interest import Interest
    from arhan.account.loans.periods import Periods
    from arhan.account.loans.terms import LoanTerms

EVENING_OUT_ROUNDS = 3
"""How often the last instalment's difference may be spread over all (Apache Fineract's limit)."""


class Planner:
    """Works through a loan from event to event, knowing at each only what has happened by then."""

    def __init__(self, terms: LoanTerms, periods: Periods, events: Mapping[int, PeriodEvents]) -> None:
        """Nothing is owed yet: the first disbursement is the first event."""
        self.terms = terms
        self.periods = periods
        self.events = events
        self.count = len(periods)
        self.forecast = Forecast(terms, periods)
        self.balance = self.deferred = self.lent = 0
        self.asked = 0
        """The instalment; by equal principal the principal in it; nothing by a bullet."""

    def walks(self) -> Iterator[Walk]:
        """The way through the loan, from one event to the next."""
        starts = sorted(self.events)
        for first, until in zip(starts, [*starts[1:], self.count], strict=True):
            walk = self._walk(first, until, self.events[first])
            self.balance, self.deferred = walk.balance, walk.deferred
            yield walk

    def _walk(self, first: int, until: int, events: PeriodEvents) -> Walk:
        """From an event up to the next."""
        lasting = events.lasting()
        if not lasting.is_nothing:
            tried = self._ask(self._to_the_end(first, lasting))
            if tried and lasting is events and until == self.count:
                return tried
        stretch = self._to_the_end(first, events)
        self.lent += sum(amount for _, amount in events.changes)
        return self._take(replace(stretch, until=until))

    def _to_the_end(self, first: int, events: PeriodEvents) -> Stretch:
        """From that instalment to the last, should nothing but these events happen."""
        at_start = events.raised_on(self.periods.starts_on[first])
        raised = sum(amount for _, amount in events.changes) - at_start
        balance = self.balance + at_start
        if min(balance, balance + raised) < 0:
            msg = f"more is prepaid by {self.periods.due_on[first]} than is owed"
            raise ValueError(msg)
        self.forecast.learn(first, events)
        return Stretch(
            first=first,
            until=self.count,
            count=self.count,
            interest=self.forecast.interest(first, self.lent + at_start, raised),
            balance=balance,
            raised=raised,
            deferred=self.deferred,
            principal_grace=self.terms.grace.principal,
            interest_grace=self.terms.grace.interest_payment,
            rounding=self.terms.rounding,
        )

    def _take(self, stretch: Stretch) -> Walk:
        """Pay what is asked for."""
        if self.terms.method in {Method.EQUAL_PRINCIPAL, Method.BULLET}:
            return walk_portions(stretch, self.asked)
        return walk_equal(stretch, self.asked)

    def _ask(self, stretch: Stretch) -> Walk | None:
        """Find what to ask for from here on; answers the way to the end, if it was walked for that."""
        terms = self.terms
        repaying = self.count - max(stretch.first, stretch.principal_grace)
        principal = stretch.balance + stretch.raised
        if terms.method is Method.BULLET:
            self.asked = 0
        elif terms.fixed_instalment is not None:
            self.asked = terms.fixed_instalment
        elif terms.method is Method.EQUAL_PRINCIPAL:
            self.asked = self._round(divide(principal, repaying, terms.rounding))
        elif terms.method is Method.FLAT:
            self.asked = self._round(divide(_flat_to_pay(stretch), repaying, terms.rounding))
        else:
            growth = self._growth(stretch, self.count - repaying)
            self.asked = self._round(annuity(principal, growth, terms.rounding))
            walk = walk_equal(stretch, self.asked)
            return walk if is_stiff(growth) else self._even_out(walk, repaying)
        return None

    def _growth(self, stretch: Stretch, start: int) -> list[Interest]:
        """What one unit of the principal bears in each period from that index on."""
        growth = self.forecast.growth(start)
        principal = stretch.balance + stretch.raised
        if start == stretch.first and stretch.raised and principal:
            growth[0] = growth[0].shared(stretch.balance, principal)
        return growth

    def _even_out(self, walk: Walk, repaying: int) -> Walk:
        """Spread the last instalment's difference over all, where that is worth it and helps."""
        if repaying == 1:
            return walk
        for _ in range(EVENING_OUT_ROUNDS):
            difference = self._difference(walk, self.asked)
            if abs(difference) <= repaying // 2:
                break
            instalment = self._round(self.asked + divide(difference, repaying, self.terms.rounding))
            if instalment == self.asked:
                break
            tried = walk_equal(walk.stretch, instalment)
            if abs(self._difference(tried, instalment)) >= abs(difference):
                break
            self.asked, walk = instalment, tried
        return walk

    def _difference(self, walk: Walk, instalment: int) -> int:
        """By how much the last instalment exceeds the others (below zero: falls short of them)."""
        return walk.last_due - walk.exceeded - instalment

    def _round(self, amount: int) -> int:
        """To the agreed multiple."""
        return to_multiple(amount, self.terms.instalment_multiple, self.terms.rounding)


def _flat_to_pay(stretch: Stretch) -> int:
    """Principal and flat interest, but for the interest that instalments in principal grace pay."""
    interest = [of.on(0, stretch.rounding) for of in stretch.interest[stretch.first :]]
    in_grace = range(max(stretch.first, stretch.interest_grace), stretch.principal_grace)
    paid_in_grace = sum(interest[index - stretch.first] for index in in_grace)
    return stretch.balance + stretch.raised + stretch.deferred + sum(interest) - paid_in_grace
