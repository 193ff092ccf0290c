"""Standing orders, as their payers give, confirm, change and end them. Paying them: standing_runs.py."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.account import ResolutionRequest, ResolutionRequests, Resolutions
from arhan.contracts.calendar import calendar_day
from arhan.kernel import outbox, proofs
from arhan.kernel.clock import now
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import FieldError, Refused, not_found
from arhan.kernel.http import ServiceClient
from arhan.kernel.ids import new_id
from arhan.kernel.proofs import Act
from arhan.payment.domain import standing_orders as domain
from arhan.payment.domain.intents import check_amount
from arhan.payment.domain.standing_orders import CONFIRMED_WITHIN, StandingOrder
from arhan.payment.errors import (
    ACCOUNT_NOT_FOUND,
    CURRENCY_MISMATCH,
    PAYEE_NOT_FOUND,
    PROOF_REQUIRED,
    RESOLUTION_REFUSALS,
    SAME_ACCOUNT,
    SCHEDULE_NOT_VALID,
    SIGNATURES_NEEDED,
    STANDING_ORDER_UNFIT,
    TOO_MANY_STANDING_ORDERS,
)
from arhan.payment.service.decisions import Challenge
from arhan.payment.service.standing_runs import changed
from arhan.payment.store import standing_orders as store

if TYPE_CHECKING:
    import datetime as dt

    from arhan.contracts.account import Party
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.schedules import Schedule
    from arhan.payment.domain.standing_orders import Verb
    from arhan.payment.store.standing_orders import ExecutionRow, Wanted

NOUN = "standing order"
ACTION = "standing_order"
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a payer orders."""

    payer_account: str
    payee_number: str
    amount: int
    currency: str
    narration: str
    schedule: Schedule
    times: int | None


def list_standing_orders(wanted: Wanted) -> list[StandingOrder]:
    """Newest first."""
    with django_transaction() as cursor:
        return store.list_newest(cursor, wanted)


def get(*, principal: Principal, standing_order: str) -> StandingOrder:
    """One of them; absent and somebody else's look the same. Refused(not_found)."""
    with django_transaction() as cursor:
        return _seen(store.get(cursor, standing_order), principal)


def list_executions(
    *, principal: Principal, standing_order: str, before: dt.date | None, limit: int
) -> list[ExecutionRow]:
    """Its payments so far, the latest first. Refused(not_found)."""
    with django_transaction() as cursor:
        order = _seen(store.get(cursor, standing_order), principal)
        return store.list_executions(cursor, order_id=order.id, before=before, limit=limit)


def count_open(*, payer_account: str) -> int:
    """How many that are not over pay from an account."""
    with django_transaction() as cursor:
        return store.count_open(cursor, payer_account=payer_account)


def payee_of(principal: Principal, *, number: str, beneficiary: str) -> str:
    """The number to pay to, where the payer names a payee they keep. Refused(payee_not_found)."""
    if not beneficiary:
        return number
    with django_transaction() as cursor:
        found = store.find_beneficiary(cursor, beneficiary=beneficiary, person=principal.subject)
    if found is None:
        raise Refused(PAYEE_NOT_FOUND)
    return found


def prove(principal: Principal, *, payer_account: str, pin: str) -> Party:
    """The account a person may pay from, its PIN proved; refused as account refuses. Asks account."""
    return _resolve(principal, payer_account=payer_account, pin=pin)[0]


def prove_both(principal: Principal, *, wish: Wish, pin: str) -> tuple[Party, Party]:
    """Payer and payee, the payer's PIN proved; refused as account refuses. Asks account."""
    payer, payee = _resolve(
        principal, payer_account=wish.payer_account, pin=pin, payee_number=wish.payee_number
    )
    if payee is None:
        raise Refused(PAYEE_NOT_FOUND)
    return payer, payee


def give(*, principal: Principal, wish: Wish, payer: Party, payee: Party) -> StandingOrder:
    """Give a standing order; it begins when its payer has confirmed it with the second factor.

    Refused(amount_out_of_range | currency_mismatch | same_account | schedule_not_valid |
    too_many_standing_orders).
    """
    check_amount(wish.amount)
    if payer.account == payee.account:
        raise Refused(SAME_ACCOUNT)
    if not payer.currency == payee.currency == wish.currency:
        raise Refused(CURRENCY_MISMATCH)
    order = _new(principal, wish, payer, payee)
    with django_transaction() as cursor:
        store.lock_person(cursor, person=principal.subject)
        if store.count_open(cursor, customer=principal.subject) >= MOST:
            raise Refused(TOO_MANY_STANDING_ORDERS)
        store.insert(cursor, order)
    return order


def _new(principal: Principal, wish: Wish, payer: Party, payee: Party) -> StandingOrder:
    at = now()
    schedule = wish.schedule
    if schedule.first_date < calendar_day(at):
        message = "must not have passed"
        raise Refused(SCHEDULE_NOT_VALID, errors=(FieldError("/first_date", message),))
    first = schedule.after(None)
    if first is None:
        raise Refused(SCHEDULE_NOT_VALID, errors=(FieldError("/last_date", "is before the first payment"),))
    return StandingOrder(
        id=new_id("sto"),
        customer=principal.subject,
        payer_account=payer.account,
        payer_number=payer.number,
        payee_account=payee.account,
        payee_number=payee.number,
        payee_name=payee.name,
        payee_customer=payee.customer,
        amount=wish.amount,
        currency=wish.currency,
        narration=wish.narration,
        frequency=schedule.frequency,
        first_date=schedule.first_date,
        last_date=schedule.last_date,
        times=wish.times,
        day_of_month=schedule.day_of_month,
        business_days=schedule.business_days,
        due_date=first.due_date,
        pay_date=first.pay_date,
        try_date=first.pay_date,
        tier=principal.tier,
        device=principal.device,
        new_device_until=principal.new_device_until,
        created_at=at,
        changed_at=at,
    )


def begin_confirmation(*, principal: Principal, standing_order: str, amount: int | None = None) -> Challenge:
    """Have identity ask the payer, in this session, to confirm exactly this standing order, or its new amount.

    Refused(not_found | standing_order_unfit), or as identity refuses.
    """
    with django_transaction() as cursor:
        order = _own(store.get(cursor, standing_order), principal)
    _refuse_over(order)
    act = act_of(order, amount=amount)
    asked = {"session": principal.session, **asdict(act)}
    return msgspec.convert(_identity().post("/internal/v1/challenges", asked), Challenge)


def act_of(order: StandingOrder, *, amount: int | None = None) -> Act:
    """What the payer confirms: this amount to this payee, at this order's interval (PSD2 RTS article 14)."""
    return Act(
        action=ACTION,
        amount=amount or order.amount,
        currency=order.currency,
        payee=order.payee_number,
        reference=order.id,
    )


def check_proof(*, principal: Principal, standing_order: str, proof: str, amount: int | None = None) -> None:
    """Look at identity's proof, before any transaction. Refused(not_found | proof_required | proof_invalid)."""
    order = get_own(principal=principal, standing_order=standing_order)
    if not proof:
        raise Refused(PROOF_REQUIRED)
    proofs.verify("payment", proof, principal=principal, act=act_of(order, amount=amount))


def get_own(*, principal: Principal, standing_order: str) -> StandingOrder:
    """One that this person gave. Refused(not_found)."""
    with django_transaction() as cursor:
        return _own(store.get(cursor, standing_order), principal)


def say(*, principal: Principal, standing_order: str, verb: Verb) -> StandingOrder:
    """Confirm, pause, resume or cancel; what is so already stays as it is. Refused(not_found | standing_order_unfit).

    A payment that is under way is not stopped by it. Locks the standing order.
    """
    at = now()
    with django_transaction() as cursor:
        order = _seen(store.lock(cursor, standing_order), principal)
        if domain.is_so(order.status, verb):
            return order
        lapsed = order.status == "unconfirmed" and order.created_at + CONFIRMED_WITHIN < at
        if not domain.allows(order.status, verb) or (lapsed and verb == "confirm"):
            raise Refused(STANDING_ORDER_UNFIT)
        after = domain.moved(order, verb, on=calendar_day(at), at=at)
        return _write(cursor, after)


def change(
    *,
    principal: Principal,
    standing_order: str,
    amount: int | None,
    narration: str | None,
    last_date: dt.date | None,
    times: int | None,
    confirmed: bool,
    endless: bool = False,
) -> StandingOrder:
    """Change amount, narration or end from the next payment on; what is left out stays.

    A higher amount must have been confirmed. The caller has proved the PIN. Locks the standing order.
    Refused(not_found | standing_order_unfit | amount_out_of_range | proof_required | schedule_not_valid).
    """
    with django_transaction() as cursor:
        order = _own(store.lock(cursor, standing_order), principal)
        _refuse_over(order)
        wanted = order.amount if amount is None else amount
        check_amount(wanted)
        if wanted > order.amount and not confirmed:
            raise Refused(PROOF_REQUIRED)
        end, count = (None, None) if endless else _end(order, last_date=last_date, times=times)
        after = domain.changed(
            order,
            amount=wanted,
            narration=order.narration if narration is None else narration,
            last_date=end,
            times=count,
            at=now(),
        )
        return _write(cursor, after)


def _end(
    order: StandingOrder, *, last_date: dt.date | None, times: int | None
) -> tuple[dt.date | None, int | None]:
    """The new end, by date or by count: the one that is named takes the place of the other."""
    if last_date is None and times is None:
        return order.last_date, order.times
    if last_date and last_date < order.first_date:
        raise Refused(SCHEDULE_NOT_VALID, errors=(FieldError("/last_date", "is before the first payment"),))
    return last_date, times


def _write(cursor: object, order: StandingOrder) -> StandingOrder:
    store.write(cursor, order)
    outbox.publish(cursor, [changed(order)], event_at=order.changed_at)
    return order


def _refuse_over(order: StandingOrder) -> None:
    if not domain.allows(order.status, "cancel"):
        raise Refused(STANDING_ORDER_UNFIT)


def _seen(order: StandingOrder | None, principal: Principal) -> StandingOrder:
    if order is None or not (principal.is_staff or order.customer == principal.subject):
        raise not_found(NOUN)
    return order


def _own(order: StandingOrder | None, principal: Principal) -> StandingOrder:
    if order is None or order.customer != principal.subject:
        raise not_found(NOUN)
    return order


def _resolve(
    principal: Principal, *, payer_account: str, pin: str, payee_number: str = ""
) -> tuple[Party, Party | None]:
    asked = ResolutionRequest(
        payer_account=payer_account,
        payee_number=payee_number,
        person=principal.subject,
        session=principal.session,
        pin=pin,
    )
    answer = _account().post("/internal/v1/resolutions", ResolutionRequests(resolutions=[asked]))
    (resolution,) = msgspec.convert(answer, Resolutions).resolutions
    if resolution.code or resolution.payer is None:
        left = resolution.tries_left
        refusal = RESOLUTION_REFUSALS.get(resolution.code, ACCOUNT_NOT_FOUND)
        raise Refused(refusal, extra={} if left is None else {"tries_left": left})
    if not resolution.binds:
        raise Refused(SIGNATURES_NEEDED)
    return resolution.payer, resolution.payee


@lru_cache
def _account() -> ServiceClient:
    return ServiceClient("payment", "account", engine=True)


@lru_cache
def _identity() -> ServiceClient:
    return ServiceClient("payment", "identity")
