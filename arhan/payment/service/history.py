"""Looking back: a customer's own payments, both those made and those received; all of them for staff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.account import Holdings
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import not_found
from arhan.kernel.http import ServiceClient
from arhan.payment.domain.sight import may_see, sees_all
from arhan.payment.store import approvals as approval_store
from arhan.payment.store import history as store
from arhan.payment.store.history import Wanted

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.contracts.account import Holding
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Order
    from arhan.payment.store.approvals import Approval

NOUN = "payment"


def list_payments(
    *,
    principal: Principal,
    customer: str,
    account: str,
    status: str,
    kind: str,
    card: str,
    key: str,
    since: datetime | None,
    until: datetime | None,
    after: str,
    limit: int,
) -> tuple[list[Order], frozenset[str]]:
    """Payments, newest first, and the accounts of others they may be of; a customer's own whatever `customer` says, by `key` anybody's own."""
    if key:
        with django_transaction() as cursor:
            return store.list_by_key(cursor, principal=principal.subject, key=key), frozenset()
    own = not sees_all(principal)
    wanted = Wanted(
        customer=principal.subject if own else customer,
        only_received=own,
        account=account,
        state=status,
        kind=kind,
        card=card,
        since=since,
        until=until,
    )
    holdings = shared_with(principal.subject) if own else []
    lists = [wanted] + [
        replace(wanted, customer=holding.customer, account=holding.account)
        for holding in holdings
        if account in {"", holding.account}
    ]
    with django_transaction() as cursor:
        pages = [store.list_newest(cursor, each, after=after, limit=limit) for each in lists]
    merged = {order.id: order for page in pages for order in page}
    newest = sorted(merged.values(), key=lambda order: order.id, reverse=True)[:limit]
    return newest, frozenset(holding.account for holding in holdings)


def shared_with(person: str) -> list[Holding]:
    """Others' accounts in which this person has a part; asks account, so not inside a transaction."""
    if not person.startswith("usr_"):
        return []
    answer = _account().get("/internal/v1/holdings", params={"person": person})
    return msgspec.convert(answer, Holdings).items


@lru_cache
def _account() -> ServiceClient:
    return ServiceClient("payment", "account")


@dataclass(frozen=True, slots=True)
class Found:
    """One payment and what belongs to it."""

    order: Order
    refunds: list[Order]
    parts: list[Order]
    """A card payment's captures and releases."""
    approvals: list[Approval]
    shared: frozenset[str]
    """Those of its accounts that the person sees it by, though others own them."""


def get_payment(*, principal: Principal, payment: str) -> Found:
    """One payment with what belongs to it; absent and somebody else's look the same."""
    with django_transaction() as cursor:
        order = store.get(cursor, payment)
    if order is None:
        raise not_found(NOUN)
    shared: frozenset[str] = frozenset()
    if not may_see(principal, order):
        shared = frozenset(holding.account for holding in shared_with(principal.subject))
        if not may_see(principal, order, shared=shared):
            raise not_found(NOUN)
    with django_transaction() as cursor:
        refunds = store.list_refunds(cursor, payment) if order.refunded else []
        parts = store.list_parts(cursor, payment) if order.kind == "card_payment" else []
        said = approval_store.list_of(cursor, payment) if order.signatures > 1 else []
    return Found(order, refunds, parts, said, shared)
