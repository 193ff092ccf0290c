"""From an instalment, or a portion of principal, to how each one splits into interest and principal.

Integers only. The same walk serves to try an instalment out and to write the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from arhan.account.loans.terms import Rounding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.account.loans.interest import Interest


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive instalments, and what is known about them."""

    first: int
    until: int
    """Index of the instalment after the stretch."""

    count: int
    """Instalments of the whole loan: the last one absorbs."""

    interest: Sequence[Interest]
    """Of every instalment period of the loan."""

    balance: int
    """Principal owed when the first period of the stretch starts."""

    raised: int
    """By how much that rises (below zero: falls) during this first period."""

    deferred: int
    """Interest that accrued before and did not fit into an earlier instalment."""

    principal_grace: int
    interest_grace: int
    rounding: Rounding


@dataclass(slots=True)
class Walk:
    """The way through a stretch: each instalment's principal and interest, and what is owed after it."""

    stretch: Stretch
    balance: int
    deferred: int
    principal: list[int] = field(default_factory=list)
    interest: list[int] = field(default_factory=list)
    exceeded: int = 0
    """By how much the instalments are more than was left to pay: one rounded up to a multiple may repay
    the loan before its end.
    """

    def accrue(self, index: int) -> int:
        """Interest to pay with this instalment, if it can be; takes in what the period adds to the balance."""
        interest = self.stretch.interest[index].on(self.balance, self.stretch.rounding) + self.deferred
        self.deferred = 0
        if index == self.stretch.first:
            self.balance += self.stretch.raised
        return interest

    def pay(self, principal: int, interest: int) -> None:
        """One instalment."""
        self.balance -= principal
        self.principal.append(principal)
        self.interest.append(interest)

    @property
    def last_due(self) -> int:
        """What is due with the last instalment of the stretch."""
        return self.principal[-1] + self.interest[-1]


def walk_portions(stretch: Stretch, portion: int) -> Walk:
    """Instalments that each repay a portion of the principal and pay the interest on top."""
    walk = Walk(stretch, stretch.balance, stretch.deferred)
    for index in range(stretch.first, stretch.until):
        interest = walk.accrue(index)
        principal = 0 if index < stretch.principal_grace else min(portion, walk.balance)
        if index == stretch.count - 1:
            principal = walk.balance
        elif index < stretch.interest_grace:
            interest, walk.deferred = 0, interest
        walk.pay(principal, interest)
    return walk


def walk_equal(stretch: Stretch, instalment: int) -> Walk:
    """Instalments that are all the same, interest paid first; what does not fit is deferred."""
    walk = Walk(stretch, stretch.balance, stretch.deferred)
    last = stretch.count - 1
    quick_from = min(stretch.until, max(stretch.first + 1, stretch.principal_grace, stretch.interest_grace))
    for index in range(stretch.first, min(quick_from, last)):
        _pay_equal(walk, instalment, index)
    _pay_many_equal(walk, instalment, quick_from, min(stretch.until, last))
    if stretch.until == stretch.count:
        interest = walk.accrue(last)
        walk.pay(walk.balance, interest)
    return walk


def _pay_equal(walk: Walk, instalment: int, index: int) -> None:
    """One instalment, with everything that may be special about it."""
    stretch = walk.stretch
    in_principal_grace = index < stretch.principal_grace
    interest = walk.accrue(index)
    if index < stretch.interest_grace:
        interest, walk.deferred = 0, interest
    elif interest > instalment and not in_principal_grace:
        interest, walk.deferred = instalment, interest - instalment
    wanted = 0 if in_principal_grace else instalment - interest
    principal = min(wanted, walk.balance)
    walk.exceeded += wanted - principal
    walk.pay(principal, interest)


def _pay_many_equal(walk: Walk, instalment: int, first: int, until: int) -> None:
    """The ordinary instalments. Nothing is called in the loop: this is where a schedule's time goes."""
    half_even = walk.stretch.rounding is Rounding.HALF_EVEN
    balance, deferred = walk.balance, walk.deferred
    paid_principal, paid_interest = walk.principal.append, walk.interest.append
    for per_unit, constant, denominator in islice(walk.stretch.interest, first, max(first, until)):
        interest, rest = divmod(per_unit * balance + constant, denominator)
        if not rest and half_even and interest & 1:
            interest -= 1
        if deferred:
            interest += deferred
            deferred = 0
        if interest > instalment:
            deferred = interest - instalment
            interest = instalment
        principal = instalment - interest
        if principal > balance:
            walk.exceeded += principal - balance
            principal = balance
        balance -= principal
        paid_interest(interest)
        paid_principal(principal)
    walk.balance, walk.deferred = balance, deferred
