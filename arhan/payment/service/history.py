"""Looking back: a customer's own payments, both those made and those received; all of them for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.kernel.database import django_transaction
from arhan.kernel.errors import not_found
from arhan.payment.domain.sight import may_see, sees_all
from arhan.payment.store import history as store
from arhan.payment.store.history import Wanted

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Order

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
    after: str,
    limit: int,
) -> list[Order]:
    """Payments, newest first; a customer's own whatever `customer` says, by `key` anybody's own."""
    if key:
        with django_transaction() as cursor:
            return store.list_by_key(cursor, principal=principal.subject, key=key)
    own = not sees_all(principal)
    wanted = Wanted(
        customer=principal.subject if own else customer,
        only_received=own,
        account=account,
        state=status,
        kind=kind,
        card=card,
    )
    with django_transaction() as cursor:
        return store.list_newest(cursor, wanted, after=after, limit=limit)


def get_payment(*, principal: Principal, payment: str) -> tuple[Order, list[Order], list[Order]]:
    """One payment, its refunds, and a card payment's parts; absent and somebody else's look the same."""
    with django_transaction() as cursor:
        order = store.get(cursor, payment)
        if order is None or not may_see(principal, order):
            raise not_found(NOUN)
        refunds = store.list_refunds(cursor, payment) if order.refunded else []
        parts = store.list_parts(cursor, payment) if order.kind == "card_payment" else []
        return order, refunds, parts
