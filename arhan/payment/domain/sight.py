"""Who may see an order, and from which side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Container

    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Order

Direction = Literal["out", "in", "any"]


def sees_all(principal: Principal) -> bool:
    """Staff and siblings; the routes say which of them may ask at all."""
    return principal.is_staff or principal.is_service


def may_see(principal: Principal, order: Order, *, shared: Container[str] = ()) -> bool:
    """The payer sees it from the first moment, the payee once money arrived or is held for them.

    `shared` are the accounts of others in which the person has a part.
    """
    if sees_all(principal) or principal.subject == order.payer_customer or order.payer_account in shared:
        return True
    is_payee = principal.subject == order.payee_customer or order.payee_account in shared
    return is_payee and order.state in {"completed", "authorised"}


def direction(principal: Principal, order: Order, *, shared: Container[str] = ()) -> Direction:
    """Out for the payer, in for the payee, any for everybody else."""
    if principal.subject == order.payer_customer:
        return "out"
    if principal.subject == order.payee_customer:
        return "in"
    if order.payer_account in shared:
        return "out"
    return "in" if order.payee_account in shared else "any"
