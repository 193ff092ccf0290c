"""What people decide about orders that wait: the payer confirms, a member of staff releases or declines."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.fraud import CaseResolved
from arhan.kernel import logging, outbox, proofs
from arhan.kernel.clock import now
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.http import ServiceClient
from arhan.kernel.proofs import Act
from arhan.payment.domain.confirmation import is_fresh_proof, who_confirms
from arhan.payment.domain.orders import Order, fact_of, happen
from arhan.payment.domain.states import event_on_entering
from arhan.payment.errors import NOT_AWAITING_CONFIRMATION, PROOF_REQUIRED, STEP_UP_REQUIRED
from arhan.payment.service import approvals
from arhan.payment.service.history import NOUN
from arhan.payment.store import history as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from arhan.kernel.auth import Principal
    from arhan.kernel.outbox import Event

log = logging.get_logger(__name__)


def begin_confirmation(*, principal: Principal, payment: str) -> Challenge:
    """Have identity ask the payer, or who is to sign, in this session, to confirm exactly this payment.

    Refused(not_found | not_awaiting_confirmation | and as a signature), or as identity refuses.
    """
    with django_transaction() as cursor:
        order = store.get(cursor, payment)
    if order is not None and order.state == "awaiting_approval":
        act = approvals.act_to_sign(principal, order)
    else:
        act = act_of(_awaited(order, principal, at=now()))
    asked = {"session": principal.session, **asdict(act)}
    return msgspec.convert(_identity().post("/internal/v1/challenges", asked), Challenge)


def act_of(order: Order) -> Act:
    """What the payer confirms; a proof of anything else is not good (dynamic linking, PSD2 RTS article 5)."""
    return Act(
        action=order.kind,
        amount=order.amount,
        currency=order.currency,
        payee=order.payee_number,
        reference=order.id,
    )


class Challenge(msgspec.Struct, frozen=True):
    """What identity asks of the payer."""

    id: str
    methods: list[str]
    expires_at: str


def confirm_payment(*, principal: Principal, payment: str, proof: str = "") -> Order:
    """The payer confirms a payment that waits for it; the engine then carries it out.

    With identity's proof that the payer confirmed this amount to this payee; or, where screening
    stopped a payment that is not large, with a login made since (RFC 9470). Refused(proof_invalid |
    proof_required | insufficient_user_authentication), not_awaiting_confirmation when it does not wait.
    """
    at = now()
    with django_transaction() as cursor:
        order = _awaited(store.get(cursor, payment), principal, at=at)
    if proof:
        proofs.verify("payment", proof, principal=principal, act=act_of(order))
    elif order.circumstances.to_confirm:
        raise Refused(PROOF_REQUIRED)
    elif not is_fresh_proof(order, auth_time=principal.auth_time):
        raise Refused(STEP_UP_REQUIRED, headers={"WWW-Authenticate": _CHALLENGE})
    with django_transaction() as cursor:
        order = _awaited(store.lock(cursor, [payment]).get(payment), principal, at=at)
        confirmed = happen(order, "confirmed", at=at, due_at=at, by=principal.subject)
        store.write_state(cursor, confirmed)
        return confirmed


def _awaited(order: Order | None, principal: Principal, *, at: datetime) -> Order:
    if order is None or principal.subject != who_confirms(order):
        raise not_found(NOUN)
    if order.state != "requires_action" or order.due_at <= at:
        raise Refused(NOT_AWAITING_CONFIRMATION)
    return order


@lru_cache
def _identity() -> ServiceClient:
    return ServiceClient("payment", "identity")


_CHALLENGE = 'Bearer realm="arhan", error="insufficient_user_authentication", max_age=0'


def apply_case_resolutions(cursor: Any, events: Sequence[Event]) -> None:
    """Staff decided about payments in review: released ones go on to the books, the others end here.

    Runs in the inbox's transaction. A payment that does not wait for it any more stays as it is.
    """
    resolved = [msgspec.convert(e.data, CaseResolved) for e in events if e.type == CaseResolved.event_type()]
    orders = store.lock(cursor, [case.payment for case in resolved])
    for case in resolved:
        order = orders.get(case.payment)
        if order is None or order.state != "review":
            log.warning("case_without_review", case=case.id, payment=case.payment)
            continue
        decided = _decide(order, case)
        store.write_state(cursor, decided)
        if event := event_on_entering(decided.state):
            outbox.publish(cursor, [fact_of(decided, event)])


def _decide(order: Order, case: CaseResolved) -> Order:
    at = now()
    if case.verdict == "release":
        return happen(order, "released", at=at, due_at=at, by=case.resolved_by)
    return happen(order, "rejected", at=at, code="declined_after_review", by=case.resolved_by)
