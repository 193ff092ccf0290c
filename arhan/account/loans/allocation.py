"""Which part of what is owed a repayment pays. Nothing of it is ever lost: what is left over is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date


class Component(StrEnum):
    """What an instalment consists of."""

    PENALTIES = "penalties"
    FEES = "fees"
    INTEREST = "interest"
    PRINCIPAL = "principal"


DEFAULT_ORDER = (Component.PENALTIES, Component.FEES, Component.INTEREST, Component.PRINCIPAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """What is left to pay of one instalment, in minor units."""

    number: int
    due_on: date
    principal: int = 0
    interest: int = 0
    fees: int = 0
    penalties: int = 0

    def of(self, component: Component) -> int:
        """What is left to pay of one component."""
        match component:
            case Component.PENALTIES:
                return self.penalties
            case Component.FEES:
                return self.fees
            case Component.INTEREST:
                return self.interest
            case Component.PRINCIPAL:
                return self.principal

    @property
    def total(self) -> int:
        """All that is left to pay of it."""
        return self.principal + self.interest + self.fees + self.penalties


class Part(NamedTuple):
    """What a repayment pays of one component of one instalment."""

    number: int
    component: Component
    amount: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a repayment pays, in the order it is paid, and what is left of it."""

    parts: tuple[Part, ...]
    left: int
    """More than was owed: for suspense, the account, or a prepayment."""

    def paid(self, component: Component) -> int:
        """What goes to one component, over all instalments."""
        return sum(part.amount for part in self.parts if part.component is component)


def allocate(
    *,
    amount: int,
    unpaid: Iterable[Unpaid],
    until: date | None = None,
    order: Sequence[Component] = DEFAULT_ORDER,
) -> Allocation:
    """Pay what is owed, oldest instalment first and each in the given order of components.

    `until` keeps to instalments due by that day (None: also those to come, which is how a customer pays
    instalments in advance). A component missing from the order is not paid.
    """
    parts: list[Part] = []
    left = amount
    for owed in sorted(unpaid, key=lambda owed: (owed.due_on, owed.number)):
        if until is not None and owed.due_on > until:
            break
        for component in order:
            pays = min(left, owed.of(component))
            if pays > 0:
                parts.append(Part(owed.number, component, pays))
                left -= pays
    return Allocation(tuple(parts), left)
