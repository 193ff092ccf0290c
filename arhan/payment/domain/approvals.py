"""Payments that take several signatures: presented to the others, approved by the last, or not. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.payment import OrderApprovalRequired
from arhan.kernel.errors import Refused
from arhan.payment.domain.orders import fact_of, happen
from arhan.payment.errors import ACCOUNT_ROLE_INSUFFICIENT, OWN_LIMIT_EXCEEDED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from arhan.contracts.account import AccountMandate, Signatory
    from arhan.contracts.payment import OrderSettled
    from arhan.payment.domain.orders import Order

TIME_TO_SIGN = timedelta(days=7)
AWAITED = "signatures_needed"
WITHDRAWN = "withdrawn"
DECLINED = "declined_by_signatory"
LAPSED = "not_approved"


def present(order: Order, *, at: datetime) -> Order:
    """A new order waits for the others to sign; nothing is screened or held before."""
    return happen(order, "presented", at=at, code=AWAITED, due_at=at + TIME_TO_SIGN)


def asks(order: Order, signatories: Mapping[str, int | None]) -> OrderSettled:
    """The event that tells everybody else who may sign a new order that it waits for them."""
    others = [
        person
        for person, limit in signatories.items()
        if person != order.initiator and (limit is None or order.amount <= limit)
    ]
    return msgspec.structs.replace(fact_of(order, OrderApprovalRequired), approvers=others)


def refuse_role(mandate: AccountMandate, person: str) -> Signatory:
    """The signatory; Refused(account_role_insufficient) for who signs nothing."""
    for each in mandate.signatories:
        if each.person == person:
            return each
    raise Refused(ACCOUNT_ROLE_INSUFFICIENT)


def refuse_signing(order: Order, mandate: AccountMandate, person: str) -> Signatory:
    """The signatory; Refused(account_role_insufficient | own_limit_exceeded) for who may not sign this."""
    found = refuse_role(mandate, person)
    if not may_sign(found, order):
        raise Refused(OWN_LIMIT_EXCEEDED, extra={"limit": found.payment_limit})
    return found


def may_sign(found: Signatory, order: Order) -> bool:
    """Whether the amount is within what they may sign."""
    return found.payment_limit is None or order.amount <= found.payment_limit


def is_enough(order: Order, mandate: AccountMandate, signed: Collection[str]) -> bool:
    """Whether those who signed, and still may, are as many as it takes now."""
    counted = {each.person for each in mandate.signatories if may_sign(each, order)} & set(signed)
    wanted = mandate.signatures if order.amount >= mandate.signatures_from else 1
    return len(counted) >= max(order.signatures, wanted)


def approve(order: Order, mandate: AccountMandate, *, by: str, at: datetime) -> Order:
    """The last signature is there: it goes to screening, and then to the books, as if made now."""
    approved = happen(order, "approved", at=at, due_at=at, by=by)
    return msgspec.structs.replace(approved, mandate_version=mandate.version)


def decline(order: Order, *, by: str, at: datetime) -> Order:
    """One of those who sign says no, or who made it takes it back."""
    code = WITHDRAWN if by == order.initiator else DECLINED
    return happen(order, "rejected", at=at, code=code, by=by)
