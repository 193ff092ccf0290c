"""What things cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.fees import charged

if TYPE_CHECKING:
    from arhan.account.domain.product_terms import Fee, FeeEvent, Terms


def fee_of(fee: Fee, *, amount: int = 0, balance: int = 0) -> int:
    """What is charged for something of this amount to an account that holds so much; minor units."""
    if fee.free_from is not None and balance >= fee.free_from:
        return 0
    return charged(
        amount,
        flat=fee.flat,
        percent=fee.percent,
        least=fee.least,
        most=fee.most,
        from_amount=fee.from_amount,
    )


def fees_for(terms: Terms, event: FeeEvent) -> list[Fee]:
    """The fees of an event, in the order in which they are listed."""
    return [fee for fee in terms.fees if fee.event == event]
