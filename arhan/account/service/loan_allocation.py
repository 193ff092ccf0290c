"""What payments made for loans do to them: to their schedules, their states and the books, at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from django.db import connection

from arhan.account import movements
from arhan.account.domain.loan_servicing import accelerate, begin, repay
from arhan.account.domain.loan_states import next_state
from arhan.account.loans import (
    Component,
    Disbursement,
    Pause,
    PrepaymentEffect,
    bucket,
    days_past_due,
)
from arhan.account.models import LoanHappening
from arhan.account.service.posting import post_within
from arhan.account.store import loan_payments as payment_store
from arhan.account.store import loans as store
from arhan.account.store.database import posting_cursor
from arhan.contracts.account import NoticeRaised
from arhan.contracts.chart import bank_account
from arhan.kernel import clock, outbox
from arhan.kernel.errors import UNAVAILABLE, Refused
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from arhan.account.domain.loan_servicing import Position, Repaid
    from arhan.account.domain.loan_states import Happening
    from arhan.account.models import Loan, LoanPayment
    from arhan.contracts.account import MovementCommand

BANK = "account"
"""Who did what nobody in particular did."""


@dataclass
class Work:
    """What happens to locked loans in one transaction, gathered to be written at once."""

    loans: dict[str, Loan]
    now: datetime = field(default_factory=clock.now)
    commands: list[MovementCommand] = field(default_factory=list)
    happenings: list[LoanHappening] = field(default_factory=list)
    payments: list[LoanPayment] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read where the loans stand."""
        self.before = store.positions(self.loans.values())
        self.after = dict(self.before)

    # What payments bring about.

    def paid(self, payment: LoanPayment, *, payment_id: str, on: date) -> None:
        """The money moved on that business date."""
        payment.payment, payment.state, payment.settled_at = payment_id, "paid", self.now
        self.payments.append(payment)
        loan = self.loans[payment.loan_id]
        if payment.kind == "disbursement":
            self._disburse(loan, on=on)
        elif loan.state == "active":
            self._allocate(loan, payment, on=on)
        elif loan.state == "charged_off":
            self._allocate_charged_off(loan, payment, on=on)
        elif loan.state == "written_off":
            self._recover(loan, payment, payment.amount)
        else:
            self._return(loan, payment, payment.amount)

    def failed(self, payment: LoanPayment, *, code: str) -> None:
        """No money moved, and none will under this key."""
        payment.state, payment.code, payment.settled_at = "failed", code, self.now
        self.payments.append(payment)
        loan = self.loans[payment.loan_id]
        if payment.kind == "disbursement":
            self.happen(loan, "not_disbursed", by=BANK, reason=code)

    def _disburse(self, loan: Loan, *, on: date) -> None:
        """The loan begins on the day the money moved."""
        agreed = store.plan_of(loan)
        assert agreed is not None  # since the offer
        plan = replace(agreed, disbursements=(Disbursement(on, loan.amount),))
        self.stand(loan, begin(plan))
        loan.disbursed_on = loan.accrued_until = on
        self.happen(loan, "disbursed", by=BANK)

    def _allocate(self, loan: Loan, payment: LoanPayment, *, on: date) -> None:
        """What was paid pays what is owed; interest is booked as earned before it is paid."""
        effect = PrepaymentEffect(payment.effect) if payment.effect else None
        done = self._repay(loan, payment, on=on, effect=effect)
        self.earn(loan, on=on, id_=f"{payment.payment}.interest")
        if done.left < payment.amount:
            self.commands.append(
                movements.loan_allocation(
                    id=f"{payment.payment}.allocation",
                    receivable=loan.receivable,
                    currency=loan.currency,
                    principal=done.principal,
                    interest=done.interest,
                    charges=done.charges,
                )
            )
        self._return(loan, payment, done.left)
        if done.position.is_repaid:
            loan.closed_on = on
            self.happen(loan, "repaid", by=BANK)
        self.age(loan, on=on)

    def _allocate_charged_off(self, loan: Loan, payment: LoanPayment, *, on: date) -> None:
        """What was paid pays what is owed; in the books it makes good a loss."""
        done = self._repay(loan, payment, on=on, effect=None)
        self._recover(loan, payment, payment.amount - done.left)
        self._return(loan, payment, done.left)
        if done.position.is_repaid:
            loan.closed_on = on
            self.happen(loan, "repaid", by=BANK)

    def _repay(
        self, loan: Loan, payment: LoanPayment, *, on: date, effect: PrepaymentEffect | None
    ) -> Repaid:
        order = [Component(name) for name in loan.product.allocation_order]
        done = repay(self.after[loan.id], amount=payment.amount, on=on, order=order, effect=effect)
        self.stand(loan, done.position)
        payment.principal, payment.interest, payment.charges = done.principal, done.interest, done.charges
        return done

    def _recover(self, loan: Loan, payment: LoanPayment, amount: int) -> None:
        """A loss is made good, as far as it was one."""
        good = min(amount, loan.written_off - loan.recovered)
        if good:
            money = Money(good, loan.currency)
            self.commands.append(movements.loan_recovery(id=f"{payment.payment}.recovery", amount=money))
            loan.recovered += good
            self.happen(loan, "recovered", by=BANK)
        self._return(loan, payment, amount - good)

    def _return(self, loan: Loan, payment: LoanPayment, amount: int) -> None:
        """More than was owed goes back to the account, or into suspense where there is none any more."""
        payment.returned = amount
        if not amount:
            return
        is_closed = payment_store.closed_accounts([loan.account_id])
        account = bank_account("suspense", loan.currency) if is_closed else loan.account_id
        money = Money(amount, loan.currency)
        self.commands.append(
            movements.loan_return(id=f"{payment.payment}.return", account=account, amount=money)
        )

    def lose(
        self, loan: Loan, kind: Literal["loan_charge_off", "loan_write_off"], *, on: date, id_: str
    ) -> None:
        """Take what the loan owes on that day out of the books: the allowance bears it."""
        position = self.after[loan.id]
        self.earn(loan, on=on, id_=f"{id_}.interest")
        principal = position.principal
        interest = loan.interest_accrued - sum(row.interest_paid for row in position.rows)
        charges = sum(row.unpaid.fees + row.unpaid.penalties for row in position.rows)
        loan.written_off = principal + interest + charges
        self.commands.append(
            movements.loan_loss(
                kind,
                id=f"{id_}.loss",
                receivable=loan.receivable,
                currency=loan.currency,
                principal=principal,
                interest=interest,
                charges=charges,
            )
        )

    def charge_off(self, loan: Loan, *, on: date, id_: str, by: str, reason: str) -> None:
        """Take the loss, and ask for all of it now."""
        self.lose(loan, "loan_charge_off", on=on, id_=id_)
        self.stand(loan, accelerate(self.after[loan.id], on=on))
        self.happen(loan, "charged_off", by=by, reason=reason)

    # What it is made of.

    def happen(self, loan: Loan, what: Happening, *, by: str, reason: str = "") -> None:
        """A transition of the table of states; Refused(loan_not_in_state)."""
        loan.state = next_state(loan.state, what)
        self.happenings.append(
            LoanHappening(loan=loan, what=what, state=loan.state, by=by, reason=reason, at=self.now)
        )

    def earn(self, loan: Loan, *, on: date, id_: str) -> None:
        """Book the interest earned up to a day, or take back what a change made too much."""
        until = max(on, loan.accrued_until or on)
        delta = self.after[loan.id].earned(until) - loan.interest_accrued
        loan.interest_accrued += delta
        loan.accrued_until = until
        if delta:
            self.commands.append(movements.loan_interest(id=id_, amount=Money(delta, loan.currency)))

    def age(self, loan: Loan, *, on: date) -> None:
        """Count how late the loan is."""
        rows = self.after[loan.id].rows
        loan.days_past_due = days_past_due(
            unpaid=[row.unpaid for row in rows],
            on=on,
            grace_days=loan.product.grace_days,
            pauses=pauses_of(loan),
        )
        loan.bucket = bucket(loan.days_past_due)

    def stand(self, loan: Loan, position: Position) -> None:
        """The loan stands here now."""
        self.after[loan.id] = position
        store.set_plan(loan, position.plan)
        loan.interest_before = position.interest_before
        loan.next_due_on = position.next_due_on

    def write(self) -> None:
        """Keep all of it, and post what is to be booked; all or nothing, in the caller's transaction."""
        store.write_rows({id_: (self.before[id_].rows, self.after[id_].rows) for id_ in self.loans})
        store.save_serviced(self.loans.values())
        payment_store.save(self.payments)
        store.note(self.happenings)
        repaid = [happening.loan for happening in self.happenings if happening.what == "repaid"]
        with connection.cursor() as cursor:
            outbox.publish(cursor, [_repaid(loan) for loan in repaid], event_at=self.now)
        post_all(self.commands, now=self.now)


def _repaid(loan: Loan) -> NoticeRaised:
    return NoticeRaised(
        id=loan.id, customer=loan.customer, kind="loan_repaid", amount=loan.amount, currency=loan.currency
    )


def pauses_of(loan: Loan) -> Sequence[Pause]:
    """Days that do not count as late."""
    if loan.paused_from is None or loan.paused_until is None:
        return ()
    return (Pause(loan.paused_from, loan.paused_until),)


def post_all(commands: Sequence[MovementCommand], *, now: datetime) -> None:
    """Book movements of the bank's own in the caller's transaction; a refused one undoes all."""
    if not commands:
        return
    with posting_cursor() as cursor:
        outcomes = post_within(cursor, commands, now=now)
    for outcome in outcomes:
        if outcome.status != "posted":
            raise Refused(UNAVAILABLE, f"{outcome.id} cannot be booked yet: {outcome.code}.")
