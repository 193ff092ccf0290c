"""What each business day does to loans: collect, earn interest, count lateness, take losses, provide.

Each step works page by page, each page in a transaction of its own, and finds by itself what is left:
it may be interrupted, repeated, and run twice at once.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account import movements
from arhan.account.domain.loan_provisions import provision
from arhan.account.domain.loan_servicing import penalise
from arhan.account.service.loan_allocation import BANK, Work, post_all
from arhan.account.service.loan_payments import ASKED_AGAIN_AFTER, carry_out
from arhan.account.store import loan_payments as payment_store
from arhan.account.store import loans as store
from arhan.contracts.account import NoticeRaised
from arhan.kernel import clock, outbox
from arhan.kernel.database import django_transaction
from arhan.kernel.ids import new_id
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from arhan.account.domain.loan_servicing import Position
    from arhan.account.models import Loan

PAGE = 500
LONGEST_RUN_S = 25.0
"""After that a task leaves the rest to its next appointment; close of business runs without end."""


def collect_due(on: date, *, longest_s: float | None = None) -> int:
    """Collect every instalment due by that day and not tried on it yet; how many were tried.

    What an account cannot pay today is tried again tomorrow. A payment is put down for a page of
    instalments in one statement, then asked for and allocated in batches.
    """

    def page() -> int:
        now = clock.now()
        payments = payment_store.ask_for_due(on=on, now=now, again=now + ASKED_AGAIN_AFTER, limit=PAGE)
        carry_out(payments)
        return len(payments)

    return _until_done(page, longest_s=longest_s)


def accrue(on: date, *, longest_s: float | None = None) -> int:
    """Book the interest loans earned up to the start of that day, one movement a page; how many loans."""

    def page() -> int:
        with django_transaction():
            loans = store.lock_unaccrued(on=on, limit=PAGE)
            positions = store.positions(loans)
            earned: dict[str, int] = {}
            for loan in loans:
                delta = positions[loan.id].earned(on) - loan.interest_accrued
                loan.interest_accrued += delta
                earned[loan.currency] = earned.get(loan.currency, 0) + delta
            store.save_accrued(loans, until=on)
            post_all(
                [
                    movements.loan_interest(id=new_id("mov"), amount=Money(amount, currency))
                    for currency, amount in earned.items()
                    if amount
                ],
                now=clock.now(),
            )
        return len(loans)

    return _until_done(page, longest_s=longest_s)


def age(on: date) -> int:
    """Count how late every late loan is, and charge the penalties that fall due; how many loans."""
    last = ""
    aged = 0
    while True:
        with django_transaction():
            loans = store.lock_late(on=on, after=last, limit=PAGE)
            if not loans:
                return aged
            work = Work({loan.id: loan for loan in loans})
            for loan in loans:
                _penalise(work, loan, on=on)
                work.age(loan, on=on)
            work.write()
        last = loans[-1].id
        aged += len(loans)


def _penalise(work: Work, loan: Loan, *, on: date) -> None:
    """Charge each row whose grace is over and that is not paid, once; not while the loan is paused."""
    position = work.after[loan.id]
    late = _late_rows(loan, position, on=on)
    after, charged = penalise(position, numbers=late, percent=loan.product.penalty_percent)
    work.stand(loan, after)
    if charged:
        money = Money(charged, loan.currency)
        work.commands.append(movements.loan_penalty(id=new_id("mov"), amount=money))


def _late_rows(loan: Loan, position: Position, *, on: date) -> list[int]:
    if loan.paused_from and loan.paused_until and loan.paused_from <= on <= loan.paused_until:
        return []
    grace = timedelta(days=loan.product.grace_days)
    return [row.number for row in position.rows if row.unpaid.total and row.due_on + grace < on]


def remind(first: date, last: date) -> int:
    """Have customers told of instalments that fall due in these days; how many.

    Who is told of a day is told once, so it may be done again.
    """
    after, told = "", 0
    while found := store.due_between(first, last, after=after, limit=PAGE):
        with django_transaction() as cursor:
            outbox.publish(
                cursor,
                [
                    NoticeRaised(
                        id=loan,
                        customer=customer,
                        kind="instalment_due",
                        amount=unpaid,
                        currency=currency,
                        due_on=due_on.isoformat(),
                    )
                    for loan, customer, currency, due_on, unpaid in found
                    if unpaid
                ],
            )
        after, told = found[-1][0], told + len(found)
    return told


def charge_off(on: date) -> int:
    """Take the loss of loans that are late beyond their product's days; how many."""

    def page() -> int:
        with django_transaction():
            loans = store.lock_lost(limit=PAGE)
            work = Work({loan.id: loan for loan in loans})
            for loan in loans:
                reason = f"{loan.days_past_due} days past due."
                work.charge_off(loan, on=on, id_=new_id("mov"), by=BANK, reason=reason)
            work.write()
        return len(loans)

    return _until_done(page, longest_s=None)


def provide(on: date) -> int:
    """Set aside what active loans may lose, no more and no less; by how many movements."""
    with django_transaction():
        allowances = store.lock_allowances()
        needed = dict.fromkeys(allowances, 0)
        for currency, bucket, _, principal, interest_due in store.provisions(on=on):
            needed[currency] += provision(bucket=bucket, owed=principal + interest_due)
        commands = [
            movements.loan_provision(id=new_id("mov"), amount=Money(needed[currency] - there, currency))
            for currency, there in allowances.items()
            if needed[currency] != there
        ]
        post_all(commands, now=clock.now())
        return len(commands)


def lapse_offers(on: date) -> int:
    """End offers that were not accepted in time; how many."""

    def page() -> int:
        with django_transaction():
            loans = store.lock_lapsing(on=on, limit=PAGE)
            work = Work({loan.id: loan for loan in loans})
            for loan in loans:
                work.happen(loan, "lapsed", by=BANK)
            work.write()
        return len(loans)

    return _until_done(page, longest_s=None)


def _until_done(page: Callable[[], int], *, longest_s: float | None) -> int:
    """Page after page, until one is empty or the time is up."""
    began = time.monotonic()
    done = 0
    while count := page():
        done += count
        if longest_s is not None and time.monotonic() - began > longest_s:
            break
    return done
