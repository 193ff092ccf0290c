"""Limits: look, choose."""

from __future__ import annotations

from django.http import HttpRequest

from arhan.account.domain.limits import Limits, Source
from arhan.account.errors.parties import ACCOUNT_ROLE_INSUFFICIENT
from arhan.account.schemas.limits import LimitChoice, LimitShape, LimitsShape, RaisedLimits
from arhan.account.service import limits
from arhan.account.service.limits import AccountLimits
from arhan.kernel.auth import CUSTOMER, ROLES, permit
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="account", tag="limits")


@routes.get("/v1/accounts/{account_id}/limits", permit=permit(*ROLES), answer=LimitsShape)
def get_limits(request: HttpRequest, account_id: str) -> LimitsShape:
    """What may leave an account for each payment, today, and this month."""
    return _shape(limits.get_limits(principal_of(request), account_id))


@routes.put(
    "/v1/accounts/{account_id}/limits",
    permit=permit(CUSTOMER),
    answer=LimitsShape,
    refusals=(ACCOUNT_ROLE_INSUFFICIENT,),
)
def choose_limits(request: HttpRequest, account_id: str, body: LimitChoice) -> LimitsShape:
    """Choose limits of my own; lower ones hold at once, higher ones a day later."""
    wanted = Limits(**body.model_dump())
    chosen = limits.choose_limits(principal=principal_of(request), account_id=account_id, wanted=wanted)
    return _shape(chosen)


def _shape(found: AccountLimits) -> LimitsShape:
    tier, product, own = found.tier, found.product, found.chosen.now
    daily = tier.daily_outflow if tier else None
    later = found.chosen.later
    raised = None
    if later and found.raised_at:
        raised = RaisedLimits(payment=later.payment, day=later.day, month=later.month, at=found.raised_at)
    return LimitsShape(
        account=found.account.id,
        currency=found.account.currency,
        payment=_limit(0, own=own.payment, product=product.payment, tier=None),
        day=_limit(found.spent_day, own=own.day, product=product.day, tier=daily, together=found.outflow),
        month=_limit(found.spent_month, own=own.month, product=product.month, tier=None),
        single_deposit=tier.single_deposit if tier else None,
        balance=tier.balance if tier else None,
        raised=raised,
    )


def _limit(
    spent: int, *, own: int | None, product: int | None, tier: int | None, together: int = 0
) -> LimitShape:
    """The strictest of the three, which leaves least; of equals the one that the customer can change last.

    Against the tier's counts what is paid from all accounts `together`.
    """
    sources: tuple[tuple[Source, int | None, int], ...] = (
        ("tier", tier, together),
        ("product", product, spent),
        ("customer", own, spent),
    )
    found = [(limit, source, used) for source, limit, used in sources if limit is not None]
    if not found:
        return LimitShape(limit=None, source=None, spent=spent, left=None, own=own)
    limit, source, used = min(found, key=lambda each: each[0] - each[2])
    return LimitShape(limit=limit, source=source, spent=used, left=max(limit - used, 0), own=own)
