"""Signatures under payments that take several: who may sign is asked of account, then signed under a lock.

Between the question and the signature somebody may lose their part: the version that account told goes
with the movement, which the books refuse when it is outdated. Nothing is half signed: a signature is a
row, and the last one moves the order on in the same transaction.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.account import AccountMandate
from arhan.contracts.payment import OrderApproved
from arhan.kernel import outbox, proofs
from arhan.kernel.clock import now
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.http import ServiceClient
from arhan.payment.domain import approvals as rules
from arhan.payment.domain.orders import fact_of
from arhan.payment.domain.states import event_on_entering
from arhan.payment.errors import ALREADY_SIGNED, NOT_AWAITING_APPROVAL
from arhan.payment.store import approvals as store
from arhan.payment.store import history

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.contracts.account import Signatory
    from arhan.kernel.auth import Principal
    from arhan.kernel.proofs import Act
    from arhan.payment.domain.orders import Order

NOUN = "payment"


def act_of(order: Order) -> Act:
    """What a signatory confirms; a proof of anything else is not good."""
    return proofs.Act(
        action="approve_payment",
        amount=order.amount,
        currency=order.currency,
        payee=order.payee_number,
        reference=order.id,
    )


def act_to_sign(principal: Principal, order: Order) -> Act:
    """What this person is asked to confirm before they sign.

    Asks account. Refused(not_found | account_role_insufficient | own_limit_exceeded | already_signed |
    not_awaiting_approval).
    """
    mandate = mandate_of(order, principal)
    _refuse_over(order, at=now())
    rules.refuse_signing(order, mandate, principal.subject)
    if principal.subject == order.initiator:
        raise Refused(ALREADY_SIGNED)
    return act_of(order)


def approve(*, principal: Principal, payment: str, proof: str) -> Order:
    """Sign a payment that waits for it, with a confirmation of exactly this payment.

    With the last signature the engine carries it out. Asks account. Refused(proof_invalid, and as
    `act_to_sign`).
    """
    order = _find(payment)
    act = act_to_sign(principal, order)
    jti = proofs.verify("payment", proof, principal=principal, act=act)
    mandate = mandate_of(order, principal)
    with django_transaction() as cursor:
        return sign(cursor, payment, mandate, by=principal.subject, proof=jti, at=now())


def sign(cursor: Any, payment: str, mandate: AccountMandate, *, by: str, proof: str, at: datetime) -> Order:
    """In one transaction: the signature, and what follows when it is the last.

    Locks the order: of those who sign at once, one is the last. Refused as `approve`.
    """
    order = _lock(cursor, payment, at=at)
    found = rules.refuse_signing(order, mandate, by)
    if by == order.initiator:
        raise Refused(ALREADY_SIGNED)
    _say(cursor, order, found, proof=proof, approved=True, at=at)
    signed = [order.initiator, *(said.person for said in store.list_of(cursor, payment) if said.approved)]
    if not rules.is_enough(order, mandate, signed):
        return order
    approved = rules.approve(order, mandate, by=by, at=at)
    store.write(cursor, approved)
    outbox.publish(cursor, [fact_of(approved, OrderApproved)])
    return approved


def decline(*, principal: Principal, payment: str) -> Order:
    """Say no to a payment that waits for signatures, or take one's own back; it ends without moving.

    Asks account. Refused(not_found | account_role_insufficient | not_awaiting_approval).
    """
    order = _find(payment)
    mandate = mandate_of(order, principal)
    with django_transaction() as cursor:
        return refuse(cursor, payment, mandate, by=principal.subject, at=now())


def refuse(cursor: Any, payment: str, mandate: AccountMandate, *, by: str, at: datetime) -> Order:
    """In one transaction: the no, and the end of the order. Refused as `decline`."""
    order = _lock(cursor, payment, at=at)
    declined = rules.decline(order, by=by, at=at)
    if by != order.initiator:
        _say(cursor, order, rules.refuse_role(mandate, by), proof="", approved=False, at=at)
    store.write(cursor, declined)
    if event := event_on_entering(declined.state):
        outbox.publish(cursor, [fact_of(declined, event)])
    return declined


def mandate_of(order: Order, principal: Principal) -> AccountMandate:
    """Who signs for the payer's account now; asks account.

    Refused(not_found) for who has no part in it.
    """
    found = _account().get("/internal/v1/mandates", params={"account": order.payer_account})
    mandate = msgspec.convert(found, AccountMandate)
    parties = {each.person for each in mandate.signatories} | set(mandate.viewers)
    if principal.subject not in parties:
        raise not_found(NOUN)
    return mandate


def _say(cursor: Any, order: Order, found: Signatory, *, proof: str, approved: bool, at: datetime) -> None:
    said = store.insert(
        cursor, payment=order.id, by=found.person, name=found.name, proof=proof, approved=approved, at=at
    )
    if not said:
        raise Refused(ALREADY_SIGNED)


def _find(payment: str) -> Order:
    with django_transaction() as cursor:
        order = history.get(cursor, payment)
    if order is None or not order.payer_customer:
        raise not_found(NOUN)
    return order


def _lock(cursor: Any, payment: str, *, at: datetime) -> Order:
    order = history.lock(cursor, [payment]).get(payment)
    if order is None:
        raise not_found(NOUN)
    _refuse_over(order, at=at)
    return order


def _refuse_over(order: Order, *, at: datetime) -> None:
    if order.state != "awaiting_approval" or order.due_at <= at:
        raise Refused(NOT_AWAITING_APPROVAL)


@lru_cache
def _account() -> ServiceClient:
    return ServiceClient("payment", "account")
