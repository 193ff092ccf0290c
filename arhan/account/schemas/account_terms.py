"""What an account promises and what it has earned, as answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from arhan.kernel.office import Shape


class DepositShape(Shape):
    """A fixed-term deposit."""

    principal: int
    months: int
    rate: int
    """Ten-thousandths of a percent a year."""
    begins_on: date
    matures_on: date
    at_maturity: str
    pay_to: str
    state: str


class PotShape(Shape):
    """What a pot is for."""

    name: str
    goal: int
    by: date | None


class InterestShape(Shape):
    """Interest that was paid, and overdraft interest that was charged."""

    until: date
    """The first day whose interest is not in it."""
    paid: int
    """Before tax."""
    tax: int
    charged: int
    booked_on: date


class FeeShape(Shape):
    """A fee that fell due."""

    event: str
    name: str
    amount: int
    due_on: date
    state: str
    """due, charged or waived."""


class AccountTerms(Shape):
    """The terms of an account, what it has earned so far, and what it was paid and charged."""

    product: str
    version: int
    terms: dict[str, Any]
    interest_accrued: int
    """Earned and not paid yet, before tax; minor units, rounded."""
    overdraft_accrued: int
    """Owed for an overdraft and not charged yet."""
    accrued_until: date | None
    """The first day that is not in them; null of a closed account."""
    deposit: DepositShape | None
    pot: PotShape | None
    interest: list[InterestShape]
    fees: list[FeeShape]
