"""The repayment schedule: what is due when, to the minor unit.

Events recompute the instalment from the period in which they fall; earlier rows are as if nobody had
known. The last row absorbs what rounding left. Where the last equal instalment would differ from the
others by more than half a minor unit for each of them, the difference is spread over all (at most three
times, and only while that brings the last one nearer). These are the rules of Apache Fineract's progressive
schedules, whose published cases are among the tests.

One thing is done otherwise. Fineract's annuity formula takes a period in which a disbursement comes late, or a
stub under 30/360, for a whole one, and leaves it to the evening out to make up for it; over many periods
that does not converge. Here the formula is given the interest such a period really bears: the published
cases come out the same, and 100,000 with another 100,000 a fortnight later at 12 % over 360 months does not
end with seven instalments of nothing, as by that rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import accumulate, count, islice, repeat
from operator import add, sub
from typing import TYPE_CHECKING, NamedTuple

from arhan.account.loans.events import down_payment, events_by_period
from arhan.account.loans.periods import instalment_periods
from arhan.account.loans.planning import Planner
from arhan.account.loans.terms import PrepaymentEffect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from arhan.account.loans.amortisation import Walk
    from arhan.account.loans.events import PeriodEvents
    from arhan.account.loans.periods import Periods
    from arhan.account.loans.terms import LoanTerms


class Instalment(NamedTuple):
    """One row of a schedule. Amounts are minor units; principal + interest + fees + penalties = due."""

    number: int
    due_on: date
    principal: int
    interest: int
    fees: int
    penalties: int
    due: int
    balance: int
    """Principal owed once this row is paid."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is due when, oldest first, and the terms it follows from."""

    terms: LoanTerms
    rows: tuple[Instalment, ...]
    """All of it."""

    instalments: tuple[Instalment, ...]
    """The rows that are not down payments: one for every instalment period."""

    @property
    def total_interest(self) -> int:
        """All the interest there is to pay."""
        return sum(row.interest for row in self.rows)

    @property
    def instalment(self) -> int:
        """What is due with the first instalment after the agreed grace: the figure people ask for."""
        grace = max(self.terms.grace.principal, self.terms.grace.interest_payment)
        return self.instalments[min(grace, len(self.instalments) - 1)].due


_row = partial(tuple.__new__, Instalment)
"""A row from its eight columns; what `_make` does, without a call into Python for each."""


def schedule(terms: LoanTerms) -> Schedule:
    """All that is due on a loan that is paid as agreed.

    A down payment is a row of its own, due the day of the disbursement it is taken from, without
    interest and numbered with the others, as in Apache Fineract; the instalments repay the rest.
    """
    periods = instalment_periods(terms)
    events = events_by_period(terms, periods)
    instalments = _instalments(periods, Planner(terms, periods, events).walks())
    if _may_end_early(terms):
        instalments = _until_repaid(instalments)
    if not terms.down_payment_percent:
        return Schedule(terms, instalments, instalments)
    return _with_down_payments(terms, events, instalments)


def _instalments(periods: Periods, walks: Iterable[Walk]) -> tuple[Instalment, ...]:
    """The rows, by columns: numbered, dated, added up."""
    principal: list[int] = []
    interest: list[int] = []
    balance: list[int] = []
    for walk in walks:
        principal += walk.principal
        interest += walk.interest
        owed = walk.stretch.balance + walk.stretch.raised
        balance += islice(accumulate(walk.principal, sub, initial=owed), 1, None)
    due = map(add, principal, interest)
    none = repeat(0)
    columns = zip(count(1), periods.due_on, principal, interest, none, none, due, balance, strict=False)
    return tuple(map(_row, columns))


def _may_end_early(terms: LoanTerms) -> bool:
    """Whether the instalment was given rather than computed to last until the end."""
    shortened = any(p.effect is PrepaymentEffect.REDUCE_TERM for p in terms.prepayments)
    return shortened or terms.fixed_instalment is not None


def _until_repaid(rows: tuple[Instalment, ...]) -> tuple[Instalment, ...]:
    """Without the instalments after the one that repays the loan."""
    last_due = max((row.number for row in rows if row.due), default=1)
    repaid = next(row.number for row in rows if not row.balance)
    return rows[: max(last_due, repaid)]


def _with_down_payments(
    terms: LoanTerms, events: Mapping[int, PeriodEvents], instalments: Iterable[Instalment]
) -> Schedule:
    """The rows in order of date, each down payment before the instalment of the period it falls in."""
    rows: list[Instalment] = []
    numbered: list[Instalment] = []
    balance = 0
    for index, instalment in enumerate(instalments):
        for disbursement in events[index].disbursements if index in events else ():
            paid = down_payment(terms, disbursement.amount)
            balance += disbursement.amount - paid
            if paid:
                rows.append(Instalment(len(rows) + 1, disbursement.on, paid, 0, 0, 0, paid, balance))
        rows.append(instalment._replace(number=len(rows) + 1))
        numbered.append(rows[-1])
        balance = instalment.balance
    return Schedule(terms, tuple(rows), tuple(numbered))
