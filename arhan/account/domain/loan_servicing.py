"""What a repayment does to a loan: which rows it pays, and what becomes of those to come. Pure.

Between two events a loan follows its plan: the terms its coming rows were computed from. A repayment
ahead of time is a row of its own; the rows after it follow a new plan, those before stay as they were.
So at every moment the unpaid principal of the rows is what is owed, and their interest what was earned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from arhan.account.loans import (
    Accrual,
    Allocation,
    Component,
    Disbursement,
    LoanTerms,
    Payoff,
    PrepaymentEffect,
    Rounding,
    Schedule,
    Unpaid,
    allocate,
    payoff,
    remaining_terms,
    schedule,
)
from arhan.account.loans.events import rate_on
from arhan.account.loans.rounding import divide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

RowKind = Literal["instalment", "prepayment", "payoff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a loan's schedule, and how much of it is paid. Amounts are minor units."""

    number: int
    due_on: date
    principal: int
    interest: int
    kind: RowKind = "instalment"
    fees: int = 0
    penalties: int = 0
    principal_paid: int = 0
    interest_paid: int = 0
    fees_paid: int = 0
    penalties_paid: int = 0
    penalised: bool = False

    @property
    def unpaid(self) -> Unpaid:
        """What is left to pay of it."""
        return Unpaid(
            number=self.number,
            due_on=self.due_on,
            principal=self.principal - self.principal_paid,
            interest=self.interest - self.interest_paid,
            fees=self.fees - self.fees_paid,
            penalties=self.penalties - self.penalties_paid,
        )

    def paying(self, component: Component, amount: int) -> Row:
        """The row once so much more of one component is paid."""
        name = f"{component.value}_paid"
        changed: int = getattr(self, name) + amount
        return replace(self, **{name: changed})  # type: ignore[arg-type] # the four are whole numbers


@dataclass(frozen=True)
class Position:
    """A loan that was paid out: its rows, and the plan the coming ones follow."""

    rows: tuple[Row, ...]
    plan: LoanTerms | None
    """None once nothing is to come."""
    interest_before: int = 0
    """Interest earned before the plan began."""

    @cached_property
    def planned(self) -> Schedule | None:
        """The schedule of the plan."""
        return schedule(self.plan) if self.plan else None

    @cached_property
    def accrual(self) -> Accrual | None:
        """What the plan earns."""
        return Accrual(self.planned) if self.planned else None

    @property
    def principal(self) -> int:
        """What is owed of the principal."""
        return sum(row.unpaid.principal for row in self.rows)

    @property
    def is_repaid(self) -> bool:
        """Whether nothing is owed any more."""
        return not any(row.unpaid.total for row in self.rows)

    @property
    def next_due_on(self) -> date | None:
        """The oldest date on which something is unpaid."""
        return min((row.due_on for row in self.rows if row.unpaid.total), default=None)

    def earned(self, on: date) -> int:
        """Interest earned from the beginning to the start of that day."""
        if self.accrual is None:
            return sum(row.interest for row in self.rows)
        return self.interest_before + self.accrual.until(on)

    def due(self, on: date) -> int:
        """All that is due by then and not paid."""
        return sum(row.unpaid.total for row in self.rows if row.due_on <= on)

    def payoff(self, on: date) -> Payoff:
        """What closes the loan on that day."""
        unpaid = [row.unpaid for row in self.rows]
        if self.accrual is not None:
            return payoff(accrual=self.accrual, unpaid=unpaid, on=on)
        parts = {c.value: sum(owed.of(c) for owed in unpaid) for c in Component}
        return Payoff(on, **parts)

    def running(self, on: date) -> int:
        """Interest earned by that day which no row has charged yet."""
        charged = sum(row.unpaid.interest for row in self.rows if row.due_on <= on)
        return self.payoff(on).interest - charged


@dataclass(frozen=True)
class Repaid:
    """What became of a loan by a repayment."""

    position: Position
    principal: int
    interest: int
    charges: int
    """Fees and penalties."""
    left: int
    """More than could be used: it goes back to the account."""


def begin(plan: LoanTerms) -> Position:
    """A loan on the day it is paid out."""
    return Position(rows_of(schedule(plan), after=0), plan)


def rows_of(planned: Schedule, *, after: int) -> tuple[Row, ...]:
    """Unpaid rows of a schedule, numbered on from those there are."""
    return tuple(
        Row(number=number, due_on=row.due_on, principal=row.principal, interest=row.interest)
        for number, row in enumerate(planned.rows, start=after + 1)
    )


def repay(
    position: Position,
    *,
    amount: int,
    on: date,
    order: Sequence[Component],
    effect: PrepaymentEffect | None = None,
) -> Repaid:
    """Pay what is due, oldest first; then, if it is to have an effect, ahead of time.

    Without an effect what is more than due is left. Enough to close the loan closes it.
    """
    allocation = allocate(amount=amount, unpaid=_unpaid(position), until=on, order=order)
    paid = Position(_paying(position.rows, allocation), position.plan, position.interest_before)
    if not allocation.left or effect is None or paid.due(on):
        return _repaid(position, paid, allocation.left)
    running = paid.running(on)
    ahead = sum(row.unpaid.principal for row in paid.rows if row.due_on > on)
    used = allocation.left - running
    if used >= ahead:
        closed = _close(paid, on=on, principal=ahead, interest=running)
        return _repaid(position, closed, used - ahead)
    if used <= 0:
        return _repaid(position, paid, allocation.left)
    return _repaid(position, _prepay(paid, on=on, principal=used, interest=running, effect=effect), 0)


def _unpaid(position: Position) -> list[Unpaid]:
    return [row.unpaid for row in position.rows]


def _paying(rows: Iterable[Row], allocation: Allocation) -> tuple[Row, ...]:
    by_number = {row.number: row for row in rows}
    for part in allocation.parts:
        by_number[part.number] = by_number[part.number].paying(part.component, part.amount)
    return tuple(by_number.values())


def _close(position: Position, *, on: date, principal: int, interest: int) -> Position:
    """The rest of the principal and the interest so far, paid; nothing is to come."""
    kept = tuple(row for row in position.rows if row.due_on <= on)
    if not principal and not interest:
        return Position(kept, None)
    return Position((*kept, _paid_row("payoff", len(kept) + 1, on, principal, interest)), None)


def _prepay(
    position: Position, *, on: date, principal: int, interest: int, effect: PrepaymentEffect
) -> Position:
    """Some principal and the interest so far, paid; what is left follows a new plan."""
    planned = position.planned
    assert planned is not None  # something is ahead
    kept = tuple(row for row in position.rows if row.due_on <= on)
    owed = sum(row.unpaid.principal for row in position.rows if row.due_on > on) - principal
    plan = remaining_terms(planned, on=on, principal=owed, effect=effect)
    paid = _paid_row("prepayment", len(kept) + 1, on, principal, interest)
    coming = rows_of(schedule(plan), after=paid.number)
    return Position((*kept, paid, *coming), plan, position.earned(on))


def _paid_row(kind: RowKind, number: int, on: date, principal: int, interest: int) -> Row:
    return Row(
        number=number,
        kind=kind,
        due_on=on,
        principal=principal,
        interest=interest,
        principal_paid=principal,
        interest_paid=interest,
    )


def _repaid(before: Position, after: Position, left: int) -> Repaid:
    principal = _sum_paid(after, "principal") - _sum_paid(before, "principal")
    interest = _sum_paid(after, "interest") - _sum_paid(before, "interest")
    fees = _sum_paid(after, "fees") - _sum_paid(before, "fees")
    penalties = _sum_paid(after, "penalties") - _sum_paid(before, "penalties")
    done = after if not after.is_repaid else Position(after.rows, None, after.interest_before)
    return Repaid(done, principal, interest, fees + penalties, left)


def _sum_paid(position: Position, part: str) -> int:
    return sum(getattr(row, f"{part}_paid") for row in position.rows)


def penalty_of(row: Row, *, percent: Decimal) -> int:
    """Charged once on what is left of principal and interest; an exact half goes to the even unit."""
    numerator, denominator = percent.as_integer_ratio()
    owed = row.unpaid.principal + row.unpaid.interest
    return divide(owed * numerator, denominator * 100, Rounding.HALF_EVEN)


def penalise(position: Position, *, numbers: Iterable[int], percent: Decimal) -> tuple[Position, int]:
    """Charge these rows their penalty; the loan after it, and how much that came to."""
    late = set(numbers)
    rows, total = [], 0
    for row in position.rows:
        if row.number in late and not row.penalised:
            penalty = penalty_of(row, percent=percent)
            total += penalty
            rows.append(replace(row, penalties=row.penalties + penalty, penalised=True))
        else:
            rows.append(row)
    return replace(position, rows=tuple(rows)), total


@dataclass(frozen=True)
class Rescheduled:
    """What a reschedule makes of a loan."""

    position: Position
    waived: int
    """Fees and penalties that are no longer asked for."""


def reschedule(
    position: Position, *, on: date, number_of_instalments: int, first_due_on: date
) -> Rescheduled:
    """All that is owed is repaid in new instalments, at the rate agreed; charges not paid yet are waived.

    Rows due so far stay as far as they were paid. What they and the days since leave unpaid of interest
    is due with the first new instalment, and bears no interest itself.
    """
    plan = position.plan
    assert plan is not None  # something is owed
    due = [row for row in position.rows if row.due_on <= on]
    overdue = sum(row.unpaid.interest for row in due) + position.running(on)
    renewed = replace(
        plan,
        disbursements=(Disbursement(on, position.principal),),
        annual_rate_percent=rate_on(plan, on),
        number_of_instalments=number_of_instalments,
        first_due_on=first_due_on,
        due_day=None,
        fixed_instalment=None,
        prepayments=(),
        rate_changes=tuple(change for change in plan.rate_changes if change.on > on),
    )
    kept = tuple(_as_paid(row) for row in due)
    first, *rest = rows_of(schedule(renewed), after=len(kept))
    coming = (replace(first, interest=first.interest + overdue), *rest)
    waived = sum(row.unpaid.fees + row.unpaid.penalties for row in due)
    return Rescheduled(Position((*kept, *coming), renewed, position.earned(on)), waived)


def accelerate(position: Position, *, on: date) -> Position:
    """All that is owed is due now and earns nothing more: rows due so far stay, the rest is one row."""
    due = tuple(row for row in position.rows if row.due_on <= on)
    rest = sum(row.unpaid.principal for row in position.rows if row.due_on > on)
    running = position.running(on)
    if not rest and not running:
        return Position(due, None)
    last = Row(number=len(due) + 1, kind="payoff", due_on=on, principal=rest, interest=running)
    return Position((*due, last), None)


def _as_paid(row: Row) -> Row:
    """The row cut down to what was paid of it."""
    return replace(
        row,
        principal=row.principal_paid,
        interest=row.interest_paid,
        fees=row.fees_paid,
        penalties=row.penalties_paid,
    )
