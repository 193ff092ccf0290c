"""What is done to close a day, in order. The table reads as the bank's night.

Up to the cut-off what is done belongs to the open day like everything else. From then on the bank
goes on in the next day, and only what is done here is still booked on the day that closes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account.service import (
    cards,
    deposits,
    fees,
    holds,
    interest,
    loan_days,
    sleep,
    standing_orders,
    statements,
)
from arhan.account.service.cob import Step
from arhan.account.service.posting import Writer
from arhan.account.service.tie_out import compare_with_ledger
from arhan.account.store import business_day as day_store
from arhan.account.store import interest as interest_store
from arhan.kernel import clock, settings
from arhan.kernel.database import django_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arhan.account.domain.cob import Closing

SLICE_S = 2.0
"""How long a step of the loans works between two looks at the clock."""
REMINDED_BEFORE = timedelta(days=3)
"""How long before an instalment falls due its customer hears of it."""


def collect_instalments(day: Closing) -> Iterator[int]:
    """Collect what loans owe that day and was not tried yet."""
    return _until_nothing(lambda: loan_days.collect_due(day.date, longest_s=SLICE_S))


def cut_off(day: Closing) -> Iterator[int]:
    """From here on, what comes in is booked on the next day."""
    with django_transaction() as cursor:
        day_store.cut_off(cursor, day=day.date, next_date=day.next_date, at=clock.now())
    yield 1


def accrue_loans(day: Closing) -> Iterator[int]:
    """Book the interest loans earned up to the start of the next day."""
    return _until_nothing(lambda: loan_days.accrue(day.next_date, longest_s=SLICE_S))


def age_loans(day: Closing) -> Iterator[int]:
    """Count how late loans are, and charge the penalties that fall due."""
    yield loan_days.age(day.next_date)


def remind_of_instalments(day: Closing) -> Iterator[int]:
    """Have customers told of what is collected in three days."""
    first, last = day.date + timedelta(days=1), day.next_date
    yield loan_days.remind(first + REMINDED_BEFORE, last + REMINDED_BEFORE)


def charge_off_loans(day: Closing) -> Iterator[int]:
    """Take the loss of loans that are late for long."""
    yield loan_days.charge_off(day.next_date)


def provide_for_losses(day: Closing) -> Iterator[int]:
    """Set aside what loans may lose."""
    yield loan_days.provide(day.next_date)


def lapse_offers(day: Closing) -> Iterator[int]:
    """End offers of loans that nobody accepted in time."""
    yield loan_days.lapse_offers(day.next_date)


def expire_holds(_day: Closing) -> Iterator[int]:
    """Give back what expired holds reserve."""
    with Writer(settings.load("account").database_url) as writer:
        yield holds.expire_holds(writer)


def expire_cards(day: Closing) -> Iterator[int]:
    """Close the cards whose last day this was."""
    return _until_nothing(lambda: cards.expire_cards(day.next_date))


def roll(day: Closing) -> Iterator[int]:
    """The next day becomes the business date."""
    with django_transaction() as cursor:
        day_store.roll(cursor, day=day.date)
    yield 1


def size_of_accrual(_day: Closing) -> int:
    """How many accounts have interest to be looked at."""
    return interest_store.count_accounts()


def _until_nothing(work: Callable[[], int]) -> Iterator[int]:
    while done := work():
        yield done


STEPS: tuple[Step, ...] = (
    Step(100, "collect_instalments", "Collect instalments of loans", collect_instalments),
    Step(110, "standing_orders", "Pay what standing orders have due", standing_orders.pay),
    Step(200, "cut_off", "Cut off: what comes in now belongs to the next day", cut_off),
    Step(
        300,
        interest.ACCRUE,
        "Earn interest on savings, owe it on overdrafts",
        interest.accrue,
        size_of_accrual,
    ),
    Step(310, "accrue_loans", "Earn interest on loans", accrue_loans),
    Step(400, interest.PAY, "Pay interest, less tax, and charge it", interest.pay),
    Step(410, "mature_deposits", "End fixed-term deposits that mature", deposits.mature),
    Step(420, fees.DUE, "Let monthly fees fall due", fees.let_fall_due),
    Step(430, "collect_fees", "Charge the fees that are due", fees.collect),
    Step(500, "expire_holds", "Give back what expired holds reserve", expire_holds),
    Step(510, "expire_cards", "Close cards past their last day", expire_cards),
    Step(600, "age_loans", "Count how late loans are", age_loans),
    Step(605, "remind", "Remind of instalments due in three days", remind_of_instalments),
    Step(610, "charge_off_loans", "Take the loss of loans late for long", charge_off_loans),
    Step(620, "provide", "Set aside what loans may lose", provide_for_losses),
    Step(630, "lapse_offers", "Let offers of loans lapse", lapse_offers),
    Step(700, "activate", "Let accounts begin that hold their opening deposit", sleep.activate_funded),
    Step(710, "fall_asleep", "Let accounts that nobody used become dormant", sleep.fall_asleep),
    Step(800, "tie_out", "Compare every balance with the ledger", compare_with_ledger),
    Step(850, "statements", "Number the month's statements", statements.state_month),
    Step(900, "roll", "Roll the business date", roll),
)
"""Order, name, title, function. Another noun's step is one more line."""

assert [step.order for step in STEPS] == sorted(step.order for step in STEPS)
