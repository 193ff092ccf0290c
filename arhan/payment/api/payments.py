"""Payments, looked back at; and the payer's confirmation of one that waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import AwareDatetime

from arhan.contracts.fees import Charge
from arhan.kernel.auth import CUSTOMER, Principal, permit
from arhan.kernel.idempotency import MAX_KEY_LENGTH
from arhan.kernel.office import Routes, once, principal_of
from arhan.kernel.proofs import PROOF_INVALID
from arhan.payment.domain.card_payments import SWEPT_AFTER, excess_of, response_code_of
from arhan.payment.domain.names import name_for_payer
from arhan.payment.domain.orders import Order
from arhan.payment.domain.refunds import refund_status
from arhan.payment.domain.sight import direction, sees_all
from arhan.payment.errors import (
    ACCOUNT_ROLE_INSUFFICIENT,
    ALREADY_SIGNED,
    NOT_AWAITING_APPROVAL,
    NOT_AWAITING_CONFIRMATION,
    OWN_LIMIT_EXCEEDED,
    PROOF_REQUIRED,
    STEP_UP_REQUIRED,
)
from arhan.payment.schemas.office import (
    ApprovalShape,
    CardShown,
    ChallengeShape,
    ChargeShape,
    Confirmation,
    PaymentDetail,
    PaymentPage,
    PaymentShape,
    Signature,
)
from arhan.payment.service import approvals, decisions, history

if TYPE_CHECKING:
    from collections.abc import Container

READERS = permit(CUSTOMER, "teller", "support", "risk", "auditor", "admin", scope="payment:read")

SIGNATURE_REFUSALS = (
    ACCOUNT_ROLE_INSUFFICIENT,
    OWN_LIMIT_EXCEEDED,
    ALREADY_SIGNED,
    NOT_AWAITING_APPROVAL,
    PROOF_INVALID,
)

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
    since: Annotated[AwareDatetime | None, Query(description="Ordered at this moment or later")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Ordered before this moment")] = None,
) -> PaymentPage:
    """Payments made and received, newest first: one's own, or for staff everybody's.

    With `key`, what became of an order of one's own whose answer was lost; nothing if it never came.
    """
    principal = principal_of(request)
    found, shared = history.list_payments(
        principal=principal,
        customer=customer,
        account=account,
        status=status,
        kind=kind,
        card=card,
        key=key,
        since=since,
        until=until,
        after=after,
        limit=limit + 1,
    )
    page = found[:limit]
    return PaymentPage(
        items=[payment_shape(order, principal, shared=shared) for order in page],
        next=page[-1].id if len(found) > limit else None,
    )


@routes.get("/v1/payments/{payment}", permit=READERS, answer=PaymentDetail)
def get_payment(request: HttpRequest, payment: str) -> PaymentDetail:
    """One payment, with what went back of it."""
    principal = principal_of(request)
    found = history.get_payment(principal=principal, payment=payment)
    order, shared = found.order, found.shared
    inside = sees_all(principal)
    side = direction(principal, order, shared=shared)
    signs_too = side == "out" and order.signatures > 1
    return PaymentDetail(
        **_seen(order, principal, shared=shared),
        refunds=[PaymentShape(**_seen(refund, principal, shared=shared)) for refund in found.refunds],
        parts=[PaymentShape(**_seen(part, principal, shared=shared)) for part in found.parts],
        approvals=[ApprovalShape.from_orm(said) for said in found.approvals] if inside or signs_too else [],
        initiator=order.initiator if inside or signs_too or order.initiator == principal.subject else "",
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
    refusals=(NOT_AWAITING_CONFIRMATION, *SIGNATURE_REFUSALS),
)
def begin_confirmation(request: HttpRequest, payment: str) -> tuple[int, ChallengeShape]:
    """Begin to confirm or to sign a payment: identity asks for the second factor; its proof goes to `confirm` or `approve`."""
    challenge = decisions.begin_confirmation(principal=principal_of(request), payment=payment)
    return 201, ChallengeShape.from_orm(challenge)


@routes.post(
    "/v1/payments/{payment}/approve",
    permit=permit(CUSTOMER),
    answer=PaymentShape,
    idempotent=True,
    refusals=SIGNATURE_REFUSALS,
)
def approve_payment(request: HttpRequest, payment: str, body: Signature) -> HttpResponse:
    """Sign a payment that takes several signatures; with the last one it is carried out."""
    principal = principal_of(request)

    def sign() -> PaymentShape:
        order = approvals.approve(principal=principal, payment=payment, proof=body.proof)
        return payment_shape(order, principal, shared={order.payer_account})

    return once(request, body=body, do=sign, status=200)


@routes.post(
    "/v1/payments/{payment}/decline",
    permit=permit(CUSTOMER),
    answer=PaymentShape,
    idempotent=True,
    refusals=(ACCOUNT_ROLE_INSUFFICIENT, NOT_AWAITING_APPROVAL, ALREADY_SIGNED),
)
def decline_payment(request: HttpRequest, payment: str) -> HttpResponse:
    """Say no to a payment that waits for signatures, or take one's own back."""
    principal = principal_of(request)

    def say_no() -> PaymentShape:
        order = approvals.decline(principal=principal, payment=payment)
        return payment_shape(order, principal, shared={order.payer_account})

    return once(request, body=None, do=say_no, status=200)


def payment_shape(order: Order, principal: Principal, *, shared: Container[str] = ()) -> PaymentShape:
    """A payment in a list; `shared` are the accounts of others in which the person has a part."""
    return PaymentShape(**_seen(order, principal, shared=shared))


def charge_shapes(charges: Iterable[Charge]) -> list[ChargeShape]:
    """What a transfer costs, one by one."""
    return [ChargeShape(name=c.name, amount=c.amount, goes_to=c.goes_to) for c in charges]


def _seen(order: Order, principal: Principal, *, shared: Container[str] = ()) -> dict[str, Any]:
    """The members of a payment as this principal may see them: a stranger's name masked, no foreign ids."""
    side = direction(principal, order, shared=shared)
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
        "payee_name": _payee_name(order, masked=side == "out" and not own),
        "amount": order.amount,
        "currency": order.currency,
        "fee": 0 if side == "in" and not own else order.fee,
        "fees": [] if side == "in" and not own else charge_shapes(order.circumstances.fees),
        "narration": order.narration,
        "refund_of": order.refund_of,
        "refunded": order.refunded,
        "refund_status": refund_status(amount=order.captured or order.amount, refunded=order.refunded),
        "signatures": order.signatures,
        "card": _card(order, is_payer=side != "in" or own),
        "created_at": order.created_at,
        "decided_at": order.decided_at,
    }


def _payee_name(order: Order, *, masked: bool) -> str:
    return name_for_payer(order.payee_name, customer=order.payee_customer) if masked else order.payee_name


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
