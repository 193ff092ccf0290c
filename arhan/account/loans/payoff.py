"""What closes a loan on a given day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from arhan.account.loans.accrual import Accrual
    from arhan.account.loans.allocation import Unpaid


@dataclass(frozen=True, slots=True)
class Payoff:
    """What closes the loan on a day. Amounts are minor units."""

    on: date
    principal: int
    interest: int
    fees: int
    penalties: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.principal + self.interest + self.fees + self.penalties


def payoff(*, accrual: Accrual, unpaid: Iterable[Unpaid], on: date) -> Payoff:
    """All principal, whatever is due by then, and the interest earned that no instalment has charged yet.

    `unpaid` is every instalment of the schedule that is not fully paid, with what is left of it. Of those
    not yet due only the interest earned so far is asked for, less what of it was paid ahead.
    """
    principal = interest = fees = penalties = ahead = 0
    for owed in unpaid:
        principal += owed.principal
        if owed.due_on <= on:
            interest += owed.interest
            fees += owed.fees
            penalties += owed.penalties
        else:
            ahead += owed.interest
    to_be_earned = accrual.earned[-1] - accrual.until(on)
    uncharged = max(ahead - to_be_earned, 0)
    return Payoff(on, principal, interest + uncharged, fees, penalties)
