"""What one account promises, has earned, and was charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.account.service import accounts
from arhan.account.store import deposits, fees, interest
from arhan.kernel.errors import not_found

if TYPE_CHECKING:
    from arhan.account.models import (
        Account,
        Accrual,
        FeeCharge,
        InterestPosting,
        Pot,
        ProductVersion,
        TermDeposit,
    )
    from arhan.kernel.auth import Principal

MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """All there is to say about it."""

    account: Account
    version: ProductVersion
    accrual: Accrual | None
    deposit: TermDeposit | None
    pot: Pot | None
    interest: list[InterestPosting]
    fees: list[FeeCharge]


def look(principal: Principal, account_id: str) -> Found:
    """The terms of an account this person may see; Refused(not_found), also for the bank's own."""
    account = accounts.get_for(principal, account_id)
    if account.version is None:
        raise not_found(what="customer's account")
    return Found(
        account=account,
        version=account.version,
        accrual=interest.find(account.id),
        deposit=deposits.find(account.id),
        pot=deposits.find_pot(account.id),
        interest=interest.list_postings(account.id, limit=MOST),
        fees=fees.list_of(account.id, limit=MOST),
    )
