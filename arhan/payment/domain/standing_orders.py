"""A standing order: pay a set amount at an interval; what becomes of it and of each of its payments. Pure.

    unconfirmed -> active <-> paused -> cancelled
                   active -> completed (its schedule is over) | ended (nobody can be paid any more)

Each occurrence is tried on its day and, where that may help, once on each of the days that follow,
never twice at a time: a try is an ordinary payment under a key made of order, due date and try.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.payment.domain.intents import Intent, Side
from arhan.payment.domain.orders import Circumstances
from arhan.payment.domain.schedules import BusinessDays, Frequency, Occurrence, Schedule

if TYPE_CHECKING:
    from arhan.payment.domain.orders import Order

Status = Literal["unconfirmed", "active", "paused", "completed", "ended", "cancelled"]
Verb = Literal["confirm", "pause", "resume", "cancel"]
Execution = Literal["ordered", "waiting", "paid", "failed", "skipped"]
"""Ordered: a payment is under way. Waiting: for a person. Failed: tried again on another day."""

TRIES = 4
"""On how many days an occurrence is tried before it is given up."""
CONFIRMED_WITHIN = timedelta(days=1)
"""A standing order that its payer did not confirm by then lapses."""
MOST_TIMES = 1200

PRINCIPAL = "payment"
ROUTE = "standing-orders"
"""Under which names the payments of standing orders are known."""

_VERBS: dict[Verb, tuple[frozenset[Status], Status]] = {
    "confirm": (frozenset({"unconfirmed"}), "active"),
    "pause": (frozenset({"active"}), "paused"),
    "resume": (frozenset({"paused"}), "active"),
    "cancel": (frozenset({"unconfirmed", "active", "paused"}), "cancelled"),
}

ENDS = frozenset({"account_closed", "account_not_found", "payee_not_found", "currency_mismatch"})
"""Codes after which this payer will never pay this payee."""
IN_VAIN = frozenset(
    {"declined_by_screening", "declined_after_review", "amount_out_of_range", "limit_payment", "same_account"}
)
"""Codes that another day will not change."""


class StandingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A standing order, member for member as stored."""

    id: str
    customer: str
    """Who ordered it."""
    payer_account: str
    payer_number: str
    payee_account: str
    payee_number: str
    payee_name: str
    payee_customer: str
    amount: int
    currency: str
    narration: str
    frequency: Frequency
    first_date: date
    last_date: date | None
    times: int | None
    """After how many occurrences it is over; those that could not be paid count."""
    day_of_month: int
    business_days: BusinessDays
    status: Status = "unconfirmed"
    code: str = ""
    """Why it ended."""
    due_date: date | None
    """The next occurrence: its name."""
    pay_date: date | None
    """The next occurrence: its day."""
    try_date: date | None
    """When it is tried next; None while a payment is under way, or there is nothing to come."""
    tries: int = 0
    """On how many days the next occurrence was tried already."""
    done: int = 0
    """How many occurrences are past, paid or given up."""
    paid: int = 0
    tier: int = 0
    device: str = ""
    new_device_until: int = 0
    created_at: datetime
    changed_at: datetime

    @property
    def schedule(self) -> Schedule:
        """When it is due."""
        return Schedule(
            frequency=self.frequency,
            first_date=self.first_date,
            last_date=self.last_date,
            day_of_month=self.day_of_month,
            business_days=self.business_days,
        )

    @property
    def next(self) -> Occurrence | None:
        """The occurrence to come."""
        if self.due_date is None or self.pay_date is None:
            return None
        return Occurrence(self.due_date, self.pay_date)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A payment put down for one try of one occurrence: what was true when it was, and stays so."""

    standing_order: str
    due_date: date
    attempt: int
    customer: str
    payer_account: str
    payee_account: str
    amount: int
    currency: str
    narration: str
    tier: int
    device: str
    new_device_until: int

    @property
    def key(self) -> str:
        """Under which this try is paid once, whatever dies."""
        return f"{self.standing_order}:{self.due_date}:{self.attempt}"


class Became(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a try."""

    standing_order: str
    due_date: date
    attempt: int
    status: Execution
    payment: str = ""
    code: str = ""


def allows(status: Status, verb: Verb) -> bool:
    """Whether a standing order in this state can do that."""
    return status in _VERBS[verb][0]


def is_so(status: Status, verb: Verb) -> bool:
    """Whether it was done already. What was confirmed may go on in any state."""
    return status == _VERBS[verb][1] or (verb == "confirm" and status == "paused")


def moved(order: StandingOrder, verb: Verb, *, on: date, at: datetime) -> StandingOrder:
    """The order after its payer said so. Resumed, it leaves out the days that passed meanwhile."""
    after = msgspec.structs.replace(order, status=_VERBS[verb][1], changed_at=at)
    if verb == "cancel":
        return _without_next(after)
    if verb != "resume":
        return after
    coming = order.next
    while coming is not None and coming.pay_date < on:
        coming = order.schedule.after(coming)
    if coming == order.next:
        return after
    return _ended_by_schedule(after) if coming is None else _waiting_for(after, coming)


def changed(
    order: StandingOrder,
    *,
    amount: int,
    narration: str,
    last_date: date | None,
    times: int | None,
    at: datetime,
) -> StandingOrder:
    """The order as its payer wants it from now on; over, if the new end has passed."""
    after = msgspec.structs.replace(
        order, amount=amount, narration=narration, last_date=last_date, times=times, changed_at=at
    )
    over = after.due_date is None or (last_date is not None and after.due_date > last_date)
    return _ended_by_schedule(after) if over or _has_run(after) else after


def intent_of(due: Due, *, at: datetime) -> Intent:
    """The payment of one try; the same however often it is asked for."""
    is_new = due.new_device_until > at.timestamp()
    return Intent(
        principal=PRINCIPAL,
        route=ROUTE,
        key=due.key,
        body_hash=f"{due.payer_account} {due.payee_account} {due.amount} {due.currency}",
        kind="standing_order",
        payer=Side(account=due.payer_account),
        payee=Side(account=due.payee_account),
        amount=due.amount,
        currency=due.currency,
        narration=due.narration,
        initiator=due.customer,
        circumstances=Circumstances(
            channel="internal",
            tier=due.tier,
            device=due.device if is_new else "",
            new_device_until=due.new_device_until if is_new else 0,
        ),
    )


def judge(due: Due, order: Order) -> Became | None:
    """What a try became; None while that is open."""
    if order.on_its_way:
        return None
    status: Execution = "failed"
    if order.state == "completed":
        status = "paid"
    elif order.state in {"review", "requires_action"}:
        status = "waiting"
    return became(due, status=status, payment=order.id, code=order.code)


def became(due: Due, *, status: Execution, code: str, payment: str = "") -> Became:
    """What a try became, in so many words."""
    return Became(
        standing_order=due.standing_order,
        due_date=due.due_date,
        attempt=due.attempt,
        status=status,
        payment=payment,
        code=code,
    )


def after_try(
    order: StandingOrder, try_: Became, *, on: date, at: datetime
) -> tuple[StandingOrder, Execution]:
    """The order after a try on that day, and how the occurrence stands: paid, given up, or tried again."""
    if order.due_date != try_.due_date:  # cancelled or moved on meanwhile: the try counts, nothing follows
        paid = order.paid + (try_.status == "paid")
        return msgspec.structs.replace(order, paid=paid), _settled(try_.status)
    if try_.status == "failed" and _may_try_again(order, try_.code, on=on):
        again = on + timedelta(days=1)
        return msgspec.structs.replace(order, tries=order.tries + 1, try_date=again), "failed"
    if try_.status == "failed" and try_.code in ENDS:
        ended = msgspec.structs.replace(order, done=order.done + 1, status="ended", code=try_.code)
        return _without_next(msgspec.structs.replace(ended, changed_at=at)), "skipped"
    paid = order.paid + (try_.status == "paid")
    passed = msgspec.structs.replace(order, done=order.done + 1, paid=paid)
    coming = None if _has_run(passed) else order.schedule.after(order.next)
    after = (
        _ended_by_schedule(msgspec.structs.replace(passed, changed_at=at))
        if coming is None
        else _waiting_for(passed, coming)
    )
    return after, _settled(try_.status)


def _settled(status: Execution) -> Execution:
    """A failure after which nothing is tried is given up."""
    return "skipped" if status == "failed" else status


def _may_try_again(order: StandingOrder, code: str, *, on: date) -> bool:
    """Whether another day may help, there is one left, and it comes before the next occurrence."""
    if code in ENDS | IN_VAIN or order.tries + 1 >= TRIES or order.status not in {"active", "paused"}:
        return False
    following = order.schedule.after(order.next)
    return following is None or on + timedelta(days=1) < following.pay_date


def _has_run(order: StandingOrder) -> bool:
    return order.times is not None and order.done >= order.times


def _waiting_for(order: StandingOrder, coming: Occurrence) -> StandingOrder:
    return msgspec.structs.replace(
        order, due_date=coming.due_date, pay_date=coming.pay_date, try_date=coming.pay_date, tries=0
    )


def _ended_by_schedule(order: StandingOrder) -> StandingOrder:
    """Its schedule is over; a cancelled one stays cancelled."""
    status: Status = "completed" if order.status in {"active", "paused"} else order.status
    return _without_next(msgspec.structs.replace(order, status=status))


def _without_next(order: StandingOrder) -> StandingOrder:
    return msgspec.structs.replace(order, due_date=None, pay_date=None, try_date=None, tries=0)
