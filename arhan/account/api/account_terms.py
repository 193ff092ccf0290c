"""What an account promises and what it has earned."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from arhan.account.domain.interest import whole_units
from arhan.account.models import TermDeposit
from arhan.account.schemas.account_terms import (
    AccountTerms,
    DepositShape,
    FeeShape,
    InterestShape,
    PotShape,
)
from arhan.account.service import account_terms
from arhan.kernel.auth import ROLES, permit
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="account", tag="accounts")


@routes.get("/v1/accounts/{account_id}/terms", permit=permit(*ROLES), answer=AccountTerms)
def get_terms(request: HttpRequest, account_id: str) -> AccountTerms:
    """The terms an account was opened under or moved to, its interest so far, its deposit or goal, its fees."""
    found = account_terms.look(principal_of(request), account_id)
    accrual, deposit = found.accrual, found.deposit
    return AccountTerms(
        product=found.version.product_id,
        version=found.version.number,
        terms=found.version.terms,
        interest_accrued=whole_units(int(accrual.earned)) if accrual else 0,
        overdraft_accrued=whole_units(int(accrual.owed)) if accrual else 0,
        accrued_until=accrual.accrued_until if accrual else None,
        deposit=DepositShape(**_deposit(deposit)) if deposit else None,
        pot=PotShape.from_orm(found.pot) if found.pot else None,
        interest=[InterestShape.from_orm(posting) for posting in found.interest],
        fees=[FeeShape.from_orm(fee) for fee in found.fees],
    )


def _deposit(deposit: TermDeposit) -> dict[str, Any]:
    names = DepositShape.model_fields.keys() - {"pay_to"}
    return {name: getattr(deposit, name) for name in names} | {"pay_to": deposit.pay_to_id}
