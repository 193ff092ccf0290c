"""Standing orders: given, confirmed, changed, rested, ended; and what became of each payment."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.kernel.auth import CUSTOMER, Principal, permit
from arhan.kernel.office import Routes, once, principal_of
from arhan.kernel.proofs import PROOF_INVALID
from arhan.payment import errors
from arhan.payment.domain.names import name_for_payer
from arhan.payment.domain.schedules import Schedule
from arhan.payment.domain.standing_orders import StandingOrder, Verb
from arhan.payment.schemas.office import ChallengeShape
from arhan.payment.schemas.standing_orders import (
    ExecutionPage,
    ExecutionShape,
    NewStandingOrder,
    OpenStandingOrders,
    StandingOrderChallenge,
    StandingOrderChange,
    StandingOrderConfirmation,
    StandingOrderPage,
    StandingOrderShape,
)
from arhan.payment.service import standing_orders
from arhan.payment.service.standing_orders import Wish
from arhan.payment.store.standing_orders import Wanted

PAYERS = permit(CUSTOMER)
READERS = permit(CUSTOMER, "teller", "support", "risk", "auditor", "admin")
ENDERS = permit(CUSTOMER, "support", "admin")

routes = Routes(service="payment", tag="standing orders")


@routes.post(
    "/v1/standing-orders",
    permit=PAYERS,
    answer=StandingOrderShape,
    status=201,
    idempotent=True,
    refusals=(
        *errors.RESOLUTION_REFUSALS.values(),
        errors.SIGNATURES_NEEDED,
        errors.AMOUNT_OUT_OF_RANGE,
        errors.CURRENCY_MISMATCH,
        errors.SAME_ACCOUNT,
        errors.SCHEDULE_NOT_VALID,
        errors.TOO_MANY_STANDING_ORDERS,
    ),
)
def give_standing_order(request: HttpRequest, body: NewStandingOrder) -> HttpResponse:
    """Give a standing order; it begins when it is confirmed with the second factor, within a day."""
    principal = principal_of(request)
    wish = _wish(principal, body)
    payer, payee = standing_orders.prove_both(principal, wish=wish, pin=body.pin)

    def do() -> StandingOrderShape:
        order = standing_orders.give(principal=principal, wish=wish, payer=payer, payee=payee)
        return _shape(order, principal)

    # what is remembered of the request is what was asked, never the PIN that proved it
    return once(request, body=body.model_copy(update={"pin": ""}), do=do)


def _wish(principal: Principal, body: NewStandingOrder) -> Wish:
    return Wish(
        payer_account=body.payer_account,
        payee_number=standing_orders.payee_of(
            principal, number=body.payee_number, beneficiary=body.beneficiary
        ),
        amount=body.amount,
        currency=body.currency,
        narration=body.narration,
        schedule=Schedule(
            frequency=body.frequency,
            first_date=body.first_date,
            last_date=body.last_date,
            day_of_month=body.day_of_month or body.first_date.day,
            business_days=body.business_days,
        ),
        times=body.times,
    )


@routes.get("/v1/standing-orders", permit=READERS, answer=StandingOrderPage)
def list_standing_orders(
    request: HttpRequest,
    *,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str, Query(max_length=64)] = "",
    status: Annotated[str, Query(max_length=32)] = "",
    account: Annotated[str, Query(max_length=64, description="Id of the account that pays")] = "",
    customer: Annotated[str, Query(max_length=64, description="For staff: one person's")] = "",
) -> StandingOrderPage:
    """Standing orders, newest first: one's own, or for staff everybody's."""
    principal = principal_of(request)
    wanted = Wanted(
        customer=customer if principal.is_staff else principal.subject,
        account=account,
        status=status,
        after=after,
        limit=limit + 1,
    )
    found = standing_orders.list_standing_orders(wanted)
    page = found[:limit]
    return StandingOrderPage(
        items=[_shape(order, principal) for order in page],
        next=page[-1].id if len(found) > limit else None,
    )


@routes.get("/v1/standing-orders/{standing_order}", permit=READERS, answer=StandingOrderShape)
def get_standing_order(request: HttpRequest, standing_order: str) -> StandingOrderShape:
    """One standing order."""
    principal = principal_of(request)
    return _shape(standing_orders.get(principal=principal, standing_order=standing_order), principal)


@routes.get("/v1/standing-orders/{standing_order}/executions", permit=READERS, answer=ExecutionPage)
def list_executions(
    request: HttpRequest,
    standing_order: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[date | None, Query()] = None,
) -> ExecutionPage:
    """Its payments so far, the latest first."""
    found = standing_orders.list_executions(
        principal=principal_of(request), standing_order=standing_order, before=after, limit=limit + 1
    )
    page = found[:limit]
    return ExecutionPage(
        items=[ExecutionShape.from_orm(each) for each in page],
        next=page[-1].due_date.isoformat() if len(found) > limit else None,
    )


@routes.post(
    "/v1/standing-orders/{standing_order}/challenge",
    permit=PAYERS,
    answer=ChallengeShape,
    status=201,
    refusals=(errors.STANDING_ORDER_UNFIT,),
)
def begin_confirmation(
    request: HttpRequest, standing_order: str, body: StandingOrderChallenge | None = None
) -> tuple[int, ChallengeShape]:
    """Begin to confirm it, or a higher amount of it: identity asks for the second factor."""
    challenge = standing_orders.begin_confirmation(
        principal=principal_of(request), standing_order=standing_order, amount=body.amount if body else None
    )
    return 201, ChallengeShape.from_orm(challenge)


@routes.post(
    "/v1/standing-orders/{standing_order}/confirm",
    permit=PAYERS,
    answer=StandingOrderShape,
    idempotent=True,
    refusals=(errors.STANDING_ORDER_UNFIT, errors.PROOF_REQUIRED, PROOF_INVALID),
)
def confirm_standing_order(
    request: HttpRequest, standing_order: str, body: StandingOrderConfirmation
) -> HttpResponse:
    """Confirm a new standing order with identity's proof; from now on it is paid."""
    standing_orders.check_proof(
        principal=principal_of(request), standing_order=standing_order, proof=body.proof
    )
    return _say(request, standing_order, "confirm")


@routes.patch(
    "/v1/standing-orders/{standing_order}",
    permit=PAYERS,
    answer=StandingOrderShape,
    refusals=(
        *errors.RESOLUTION_REFUSALS.values(),
        errors.SIGNATURES_NEEDED,
        errors.AMOUNT_OUT_OF_RANGE,
        errors.SCHEDULE_NOT_VALID,
        errors.STANDING_ORDER_UNFIT,
        errors.PROOF_REQUIRED,
        PROOF_INVALID,
    ),
)
def change_standing_order(
    request: HttpRequest, standing_order: str, body: StandingOrderChange
) -> StandingOrderShape:
    """Change amount, narration or end; a higher amount takes a proof that it was confirmed."""
    principal = principal_of(request)
    before = standing_orders.get_own(principal=principal, standing_order=standing_order)
    standing_orders.prove(principal, payer_account=before.payer_account, pin=body.pin)
    if body.proof:
        standing_orders.check_proof(
            principal=principal, standing_order=standing_order, proof=body.proof, amount=body.amount
        )
    after = standing_orders.change(
        principal=principal,
        standing_order=standing_order,
        amount=body.amount,
        narration=body.narration,
        last_date=body.last_date,
        times=body.times,
        endless=body.endless,
        confirmed=bool(body.proof),
    )
    return _shape(after, principal)


@routes.post(
    "/v1/standing-orders/{standing_order}/pause",
    permit=PAYERS,
    answer=StandingOrderShape,
    idempotent=True,
    refusals=(errors.STANDING_ORDER_UNFIT,),
)
def pause_standing_order(request: HttpRequest, standing_order: str) -> HttpResponse:
    """Let it rest; what falls due meanwhile is left out."""
    return _say(request, standing_order, "pause")


@routes.post(
    "/v1/standing-orders/{standing_order}/resume",
    permit=PAYERS,
    answer=StandingOrderShape,
    idempotent=True,
    refusals=(errors.STANDING_ORDER_UNFIT,),
)
def resume_standing_order(request: HttpRequest, standing_order: str) -> HttpResponse:
    """Let it go on with the next payment that falls due."""
    return _say(request, standing_order, "resume")


@routes.post(
    "/v1/standing-orders/{standing_order}/cancel",
    permit=ENDERS,
    answer=StandingOrderShape,
    idempotent=True,
    refusals=(errors.STANDING_ORDER_UNFIT,),
)
def cancel_standing_order(request: HttpRequest, standing_order: str) -> HttpResponse:
    """End it; a payment that is under way is still made."""
    return _say(request, standing_order, "cancel")


@routes.get(
    "/internal/v1/standing-orders/open",
    permit=permit(scope="payment:instruct"),
    answer=OpenStandingOrders,
)
def count_open(
    request: HttpRequest,
    payer_account: Annotated[str, Query(max_length=64)],
) -> OpenStandingOrders:
    """How many that are not over pay from an account."""
    return OpenStandingOrders(count=standing_orders.count_open(payer_account=payer_account))


def _say(request: HttpRequest, standing_order: str, verb: Verb) -> HttpResponse:
    principal = principal_of(request)

    def do() -> StandingOrderShape:
        after = standing_orders.say(principal=principal, standing_order=standing_order, verb=verb)
        return _shape(after, principal)

    return once(request, body=None, do=do, status=200)


def _shape(order: StandingOrder, principal: Principal) -> StandingOrderShape:
    """A standing order as this person may see it: a stranger's name masked, a business's and for staff whole."""
    own = principal.is_staff or order.payee_customer == order.customer
    name = order.payee_name if own else name_for_payer(order.payee_name, customer=order.payee_customer)
    return StandingOrderShape(
        id=order.id,
        status=order.status,
        code=order.code,
        customer=order.customer,
        payer_account=order.payer_account,
        payer_number=order.payer_number,
        payee_number=order.payee_number,
        payee_name=name,
        amount=order.amount,
        currency=order.currency,
        narration=order.narration,
        frequency=order.frequency,
        first_date=order.first_date,
        day_of_month=order.day_of_month,
        last_date=order.last_date,
        times=order.times,
        business_days=order.business_days,
        due_date=order.due_date,
        pay_date=order.pay_date,
        next_date=order.try_date,
        tries=order.tries,
        done=order.done,
        paid=order.paid,
        created_at=order.created_at,
        changed_at=order.changed_at,
    )
