"""What a transfer costs its payer: terms as account tells them, and what they come to. Pure.

Amounts are minor units. Percentages are ten-thousandths of a percent: 0.5 % is 5,000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

PER_WHOLE = 1_000_000

FeeFor = Literal["bank", "tax"]


class TransferFee(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a transfer costs: a flat amount, a percentage, or both, within bounds; or a stamp duty."""

    name: str
    flat: int = 0
    percent: int = 0
    least: int = 0
    most: int | None = None
    from_amount: int = 0
    """Not charged below this amount (a stamp duty's threshold)."""
    goes_to: FeeFor = "bank"


class Charge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one of them comes to."""

    name: str
    amount: int
    goes_to: FeeFor = "bank"


def charged(
    amount: int, *, flat: int, percent: int, least: int, most: int | None, from_amount: int = 0
) -> int:
    """What something of this amount costs; of the percentage a half minor unit is rounded up."""
    if amount < from_amount:
        return 0
    found = max(flat + (2 * amount * percent + PER_WHOLE) // (2 * PER_WHOLE), least)
    return found if most is None else min(found, most)


def charges_on(fees: Iterable[TransferFee], amount: int) -> list[Charge]:
    """What a transfer of this amount costs, in the order of the terms; nothing is left out but noughts."""
    found = [
        Charge(
            name=fee.name,
            goes_to=fee.goes_to,
            amount=charged(
                amount,
                flat=fee.flat,
                percent=fee.percent,
                least=fee.least,
                most=fee.most,
                from_amount=fee.from_amount,
            ),
        )
        for fee in fees
    ]
    return [charge for charge in found if charge.amount]
