"""Payments, looked back at; and the payer's confirmation of one that waits."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.kernel.auth import CUSTOMER, Principal, permit
from arhan.kernel.idempotency import MAX_KEY_LENGTH
from arhan.kernel.office import Routes, once, principal_of
from arhan.kernel.proofs import PROOF_INVALID
from arhan.payment.domain.card_payments import SWEPT_AFTER, excess_of, response_code_of
from arhan.payment.domain.names import mask_name
from arhan.payment.domain.orders import Order
from arhan.payment.domain.refunds import refund_status
from arhan.payment.domain.sight import direction, sees_all
from arhan.payment.errors import NOT_AWAITING_CONFIRMATION, PROOF_REQUIRED, STEP_UP_REQUIRED
from arhan.payment.schemas.office import (
    CardShown,
    ChallengeShape,
    Confirmation,
    PaymentDetail,
    PaymentPage,
    PaymentShape,
)
from arhan.payment.service import decisions, history

READERS = permit(CUSTOMER, "teller", "support", "risk", "auditor", "admin", scope="payment:read")

routes = Routes(service="payment", tag="payments")


@routes.get("/v1/payments", permit=READERS, answer=PaymentPage)
def list_payments(
    request: HttpRequest,
    *,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str, Query(max_length=64)] = "",
    status: Annotated[str, Query(max_length=32)] = "",
    kind: Annotated[str, Query(max_length=32)] = "",
    card: Annotated[str, Query(max_length=64, description="Id of the card that paid")] = "",
    account: Annotated[str, Query(max_length=64)] = "",
    customer: Annotated[str, Query(max_length=64, description="For staff: one person's")] = "",
    key: Annotated[str, Query(max_length=MAX_KEY_LENGTH, description="Idempotency-Key of the order")] = "",
) -> PaymentPage:
    """Payments made and received, newest first: one's own, or for staff everybody's.

    With `key`, what became of an order of one's own whose answer was lost; nothing if it never came.
    """
    principal = principal_of(request)
    found = history.list_payments(
        principal=principal,
        customer=customer,
        account=account,
        status=status,
        kind=kind,
        card=card,
        key=key,
        after=after,
        limit=limit + 1,
    )
    page = found[:limit]
    return PaymentPage(
        items=[payment_shape(order, principal) for order in page],
        next=page[-1].id if len(found) > limit else None,
    )


@routes.get("/v1/payments/{payment}", permit=READERS, answer=PaymentDetail)
def get_payment(request: HttpRequest, payment: str) -> PaymentDetail:
    """One payment, with what went back of it."""
    principal = principal_of(request)
    order, refunds, parts = history.get_payment(principal=principal, payment=payment)
    inside = sees_all(principal)
    return PaymentDetail(
        **_seen(order, principal),
        refunds=[PaymentShape(**_seen(refund, principal)) for refund in refunds],
        parts=[PaymentShape(**_seen(part, principal)) for part in parts],
        initiator=order.initiator if inside or order.initiator == principal.subject else "",
        decision=order.decision if inside else "",
        outcome=order.outcome if inside else "",
        released_by=order.released_by if inside else "",
        screened_at=order.screened_at if inside else None,
    )


@routes.post(
    "/v1/payments/{payment}/confirm",
    permit=permit(CUSTOMER),
    answer=PaymentShape,
    idempotent=True,
    refusals=(NOT_AWAITING_CONFIRMATION, STEP_UP_REQUIRED, PROOF_REQUIRED, PROOF_INVALID),
)
def confirm_payment(request: HttpRequest, payment: str, body: Confirmation | None = None) -> HttpResponse:
    """Confirm a payment that waits for it, with a proof or after signing in anew; it is then carried out."""
    principal = principal_of(request)

    def confirm() -> PaymentShape:
        proof = body.proof if body else ""
        order = decisions.confirm_payment(principal=principal, payment=payment, proof=proof)
        return PaymentShape(**_seen(order, principal))

    return once(request, body=body, do=confirm, status=200)


@routes.post(
    "/v1/payments/{payment}/challenge",
    permit=permit(CUSTOMER),
    answer=ChallengeShape,
    status=201,
    refusals=(NOT_AWAITING_CONFIRMATION,),
)
def begin_confirmation(request: HttpRequest, payment: str) -> tuple[int, ChallengeShape]:
    """Begin to confirm a payment: identity asks for the second factor; its proof goes to `confirm`."""
    challenge = decisions.begin_confirmation(principal=principal_of(request), payment=payment)
    return 201, ChallengeShape.from_orm(challenge)


def payment_shape(order: Order, principal: Principal) -> PaymentShape:
    """A payment in a list."""
    return PaymentShape(**_seen(order, principal))


def _seen(order: Order, principal: Principal) -> dict[str, Any]:
    """The members of a payment as this principal may see them: a stranger's name masked, no foreign ids."""
    side = direction(principal, order)
    own = order.payer_customer == order.payee_customer
    return {
        "id": order.id,
        "kind": order.kind,
        "status": order.state,
        "direction": side,
        "code": order.code,
        "reasons": order.reasons,
        "payer_account": order.payer_account if side != "in" or own else "",
        "payer_number": order.payer_number,
        "payer_name": order.payer_name,
        "payee_account": order.payee_account if side != "out" or own else "",
        "payee_number": order.payee_number,
        "payee_name": mask_name(order.payee_name) if side == "out" and not own else order.payee_name,
        "amount": order.amount,
        "currency": order.currency,
        "narration": order.narration,
        "refund_of": order.refund_of,
        "refunded": order.refunded,
        "refund_status": refund_status(amount=order.captured or order.amount, refunded=order.refunded),
        "card": _card(order, is_payer=side != "in" or own),
        "created_at": order.created_at,
        "decided_at": order.decided_at,
    }


def _card(order: Order, *, is_payer: bool) -> CardShown | None:
    """The card that paid; which of the payer's cards it was is not the payee's affair."""
    card = order.circumstances.card
    if card is None:
        return None
    return CardShown(
        id=card.card if is_payer else "",
        bin=card.bin,
        last4=card.last4,
        channel=card.channel,
        mcc=card.mcc,
        response_code=response_code_of(order),
        captured=order.captured,
        excess=excess_of(order),
        held_until=order.due_at - SWEPT_AFTER if order.state == "authorised" else None,
    )
