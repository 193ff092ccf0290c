"""Fixed-term deposits: when they end and what becomes of them then. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from arhan.account.domain.interest import share
from arhan.account.loans.periods import add_months
from arhan.contracts.calendar import working_day_on_or_after

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.domain.product_terms import FixedTerm

AtMaturity = Literal["pay_out", "renew_principal", "renew_all"]
DepositState = Literal["running", "matured", "broken"]
INSTRUCTIONS: tuple[str, ...] = get_args(AtMaturity)
DEPOSIT_STATES: tuple[str, ...] = get_args(DepositState)


def matures_on(begins_on: date, *, months: int) -> date:
    """So many months later, on that day or the month's last; on the next working day where the bank rests."""
    return working_day_on_or_after(add_months(begins_on, months))


def lost_early(fixed: FixedTerm, *, interest: int) -> int:
    """What who leaves early loses of the interest so far."""
    return share(interest, fixed.early_penalty)
