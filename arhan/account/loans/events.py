"""What happens to a loan on its way: disbursements, rate changes, prepayments, by instalment period.

An event on a due date belongs to the period that begins there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arhan.account.loans.interest import Piece
from arhan.account.loans.rounding import divide, to_multiple
from arhan.account.loans.terms import PrepaymentEffect

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from arhan.account.loans.periods import InstalmentPeriod, Periods
    from arhan.account.loans.terms import Disbursement, LoanTerms, Prepayment


@dataclass(slots=True)
class PeriodEvents:
    """What happens within one instalment period."""

    disbursements: list[Disbursement] = field(default_factory=list)
    prepayments: list[Prepayment] = field(default_factory=list)
    rates: dict[date, Decimal] = field(default_factory=dict)
    """The rate from each of these days on."""

    changes: list[tuple[date, int]] = field(default_factory=list)
    """By how much what is owed rises (below zero: falls) on which day."""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing happens."""
        return not (self.disbursements or self.prepayments or self.rates)

    def lasting(self) -> PeriodEvents:
        """Those a new instalment is asked for after: all but the prepayments that shorten the term."""
        kept = [p for p in self.prepayments if p.effect is not PrepaymentEffect.REDUCE_TERM]
        if len(kept) == len(self.prepayments):
            return self
        shortening = [(p.on, -p.amount) for p in self.prepayments if p.effect is PrepaymentEffect.REDUCE_TERM]
        changes = list(self.changes)
        for change in shortening:
            changes.remove(change)
        return PeriodEvents(self.disbursements, kept, self.rates, changes)

    def raised_on(self, day: date) -> int:
        """By how much what is owed rises that very day."""
        return sum(amount for on, amount in self.changes if on == day)

    def pieces(self, period: InstalmentPeriod, annual_rate_percent: Decimal) -> list[Piece]:
        """The period cut at every event after its first day, given the rate of its first day."""
        cuts = sorted({period.starts_on, *self.rates, *(on for on, _ in self.changes)})
        pieces, rate, raised = [], annual_rate_percent, 0
        for start, end in zip(cuts, [*cuts[1:], period.due_on], strict=True):
            if start > period.starts_on:
                rate = self.rates.get(start, rate)
                raised += self.raised_on(start)
            pieces.append(Piece(start, end, rate, raised))
        return pieces


def down_payment(terms: LoanTerms, disbursed: int) -> int:
    """What of a disbursement is due back the same day, rounded like an instalment."""
    numerator, denominator = terms.down_payment_percent.as_integer_ratio()
    if not numerator:
        return 0
    rounded = divide(disbursed * numerator, denominator * 100, terms.rounding)
    return min(to_multiple(rounded, terms.instalment_multiple, terms.rounding), disbursed)


def rate_on(terms: LoanTerms, day: date) -> Decimal:
    """Per cent a year the loan bears on that day."""
    changed = [change.annual_rate_percent for change in terms.rate_changes if change.on <= day]
    return changed[-1] if changed else terms.annual_rate_percent


def events_by_period(terms: LoanTerms, periods: Periods) -> dict[int, PeriodEvents]:
    """The events, by the index of the period they fall in; periods in which nothing happens are absent."""
    found: dict[int, PeriodEvents] = {}

    def within(on: date) -> PeriodEvents:
        return found.setdefault(periods.index_of(on), PeriodEvents())

    for disbursement in terms.disbursements:
        events = within(disbursement.on)
        events.disbursements.append(disbursement)
        kept = disbursement.amount - down_payment(terms, disbursement.amount)
        events.changes.append((disbursement.on, kept))
    for prepayment in terms.prepayments:
        events = within(prepayment.on)
        events.prepayments.append(prepayment)
        events.changes.append((prepayment.on, -prepayment.amount))
    for change in terms.rate_changes:
        within(change.on).rates[change.on] = change.annual_rate_percent
    return found
