"""What things cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.domain.interest import share

if TYPE_CHECKING:
    from arhan.account.domain.product_terms import Fee, FeeEvent, Terms


def fee_of(fee: Fee, *, amount: int = 0, balance: int = 0) -> int:
    """What is charged for something of this amount to an account that holds so much; minor units."""
    if amount < fee.from_amount or (fee.free_from is not None and balance >= fee.free_from):
        return 0
    charged = max(fee.flat + share(amount, fee.percent), fee.least)
    return charged if fee.most is None else min(charged, fee.most)


def fees_for(terms: Terms, event: FeeEvent) -> list[Fee]:
    """The fees of an event, in the order in which they are listed."""
    return [fee for fee in terms.fees if fee.event == event]
