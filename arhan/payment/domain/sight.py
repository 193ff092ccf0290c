"""Who may see an order, and from which side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal
    from arhan.payment.domain.orders import Order

Direction = Literal["out", "in", "any"]


def sees_all(principal: Principal) -> bool:
    """Staff and siblings; the routes say which of them may ask at all."""
    return principal.is_staff or principal.is_service


def may_see(principal: Principal, order: Order) -> bool:
    """The payer sees it from the first moment, the payee once money arrived or is held for them."""
    if sees_all(principal) or principal.subject == order.payer_customer:
        return True
    return principal.subject == order.payee_customer and order.state in {"completed", "authorised"}


def direction(principal: Principal, order: Order) -> Direction:
    """Out for the payer, in for the payee, any for everybody else."""
    if principal.subject == order.payer_customer:
        return "out"
    return "in" if principal.subject == order.payee_customer else "any"
