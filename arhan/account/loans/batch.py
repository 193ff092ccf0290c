"""Many plain loans at once: the same tables as `schedule`, unit for unit, some twenty times as fast.

For whole portfolios: a rate stress, a provision, a page of offers. Plain means equal instalments over
whole months, and nothing that happens on the way. Integers throughout; a float only guesses an
instalment, and where it might guess wrong the exact formula is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from arhan.account.loans.annuity import annuity, is_stiff_rate
from arhan.account.loans.interest import Interest, counts_whole_months
from arhan.account.loans.periods import MONTHS_IN_YEAR, has_stub
from arhan.account.loans.planning import EVENING_OUT_ROUNDS
from arhan.account.loans.rounding import divide
from arhan.account.loans.terms import Grace, LoanTerms, Method, Rounding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Units = NDArray[np.int64]

LARGEST = 2**62
"""What no product of a balance and a rate may reach in 64 bits."""

LOANS_AT_ONCE = 2048
"""So many that a column of them stays in the processor's first cache."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Principal, interest and balance, a line for each instalment and a column for each loan; minor units."""

    principal: Units
    interest: Units
    balance: Units


def is_plain(terms: LoanTerms) -> bool:
    """Whether a loan can be computed with many others."""
    nothing_happens = len(terms.disbursements) == 1 and not (terms.rate_changes or terms.prepayments)
    nothing_agreed = not (terms.down_payment_percent or terms.fixed_instalment) and terms.grace == Grace()
    return (
        terms.method is Method.EQUAL_INSTALMENTS
        and counts_whole_months(terms)
        and not has_stub(terms)
        and terms.instalment_multiple == 1
        and nothing_happens
        and nothing_agreed
        and _growth(terms).per_unit * terms.principal < LARGEST
    )


def annuity_tables(loans: Sequence[LoanTerms]) -> Tables:
    """The tables of plain loans that have the same number of instalments and the same rounding.

    ValueError where one is not plain, or not like the others.
    """
    alike = {(terms.number_of_instalments, terms.rounding) for terms in loans}
    if len(alike) != 1 or not all(map(is_plain, loans)):
        msg = "only plain loans, all with as many instalments and the same rounding"
        raise ValueError(msg)
    shape = (loans[0].number_of_instalments, len(loans))
    tables = Tables(*(np.empty(shape, np.int64) for _ in range(3)))
    for start in range(0, len(loans), LOANS_AT_ONCE):
        columns = slice(start, start + LOANS_AT_ONCE)
        _Portfolio.of(loans[columns]).fill(
            tables.principal[:, columns], tables.interest[:, columns], tables.balance[:, columns]
        )
    return tables


def _growth(terms: LoanTerms) -> Interest:
    """Interest of every period, in lowest terms."""
    rate, parts = terms.annual_rate_percent.as_integer_ratio()
    rate, parts = rate * terms.period.every, parts * 100 * MONTHS_IN_YEAR
    common = gcd(rate, parts)
    rate, parts = rate // common, parts // common
    return Interest(2 * rate, parts, 2 * parts)


@dataclass(frozen=True, slots=True)
class _Portfolio:
    """Loans side by side: every array has one element for each."""

    count: int
    half_even: bool
    lent: Units
    growth: list[Interest]
    per_unit: Units
    half: Units
    denominator: Units

    @classmethod
    def of(cls, loans: Sequence[LoanTerms]) -> _Portfolio:
        """The loans, in their order."""
        growth = [_growth(terms) for terms in loans]
        per_unit, half, denominator = np.array(growth, np.int64).T.copy()
        lent = np.array([terms.principal for terms in loans], np.int64)
        half_even = loans[0].rounding is Rounding.HALF_EVEN
        return cls(loans[0].number_of_instalments, half_even, lent, growth, per_unit, half, denominator)

    def fill(self, principal: Units, interest: Units, balance: Units) -> None:
        """Principal, interest and balance; a line for each instalment, a column for each loan."""
        instalment = self._instalments()
        difference = self._walk(instalment, principal, interest)
        worth_it = np.flatnonzero(self._limber() & (np.abs(difference) > self.count // 2))
        for _ in range(EVENING_OUT_ROUNDS):
            if not worth_it.size:
                break
            tried = instalment[worth_it] + self._share(difference[worth_it])
            shape = (self.count, worth_it.size)
            tried_principal, tried_interest = np.empty(shape, np.int64), np.empty(shape, np.int64)
            left = self._some(worth_it)._walk(tried, tried_principal, tried_interest)  # noqa: SLF001 - our own
            nearer = np.abs(left) < np.abs(difference[worth_it])
            better = worth_it[nearer]
            instalment[better], difference[better] = tried[nearer], left[nearer]
            principal[:, better], interest[:, better] = tried_principal[:, nearer], tried_interest[:, nearer]
            worth_it = better[np.abs(difference[better]) > self.count // 2]
        np.subtract(self.lent, np.cumsum(principal, axis=0), out=balance)

    def _limber(self) -> NDArray[np.bool_]:
        """Which loans an instalment may be evened out of."""
        rates = (self.per_unit / self.denominator).tolist()
        return np.array([self.count > 1 and not is_stiff_rate(rate, self.count) for rate in rates])

    def _some(self, chosen: NDArray[np.intp]) -> _Portfolio:
        return replace(
            self,
            lent=self.lent[chosen],
            growth=[self.growth[index] for index in chosen],
            per_unit=self.per_unit[chosen],
            half=self.half[chosen],
            denominator=self.denominator[chosen],
        )

    def _share(self, difference: Units) -> Units:
        """The difference over all instalments, rounded."""
        rounding = Rounding.HALF_EVEN if self.half_even else Rounding.HALF_UP
        return np.array([divide(int(d), self.count, rounding) for d in difference], np.int64)

    def _instalments(self) -> Units:
        """The equal instalments: guessed in floats, computed exactly where the guess is near a half."""
        rate = self.per_unit.astype(np.longdouble) / self.denominator
        with np.errstate(invalid="ignore", over="ignore"):
            guess = self.lent * rate / -np.expm1(-self.count * np.log1p(rate))
        error = guess * (64 * self.count * np.finfo(np.longdouble).eps) + 1e-6
        safe = np.abs(guess - np.floor(guess) - 0.5) > error
        instalment: Units = np.rint(np.where(safe, guess, 0)).astype(np.int64)
        rounding = Rounding.HALF_EVEN if self.half_even else Rounding.HALF_UP
        for index in np.flatnonzero(~safe):
            growth = [self.growth[index]] * self.count
            instalment[index] = annuity(int(self.lent[index]), growth, rounding)
        return instalment

    def _walk(self, instalment: Units, principal: Units, interest: Units) -> Units:
        """Fill in principal and interest; answers by how much the last instalment exceeds the others."""
        balance, exceeded = self.lent.copy(), np.zeros_like(instalment)
        deferred = np.zeros_like(instalment)
        for index in range(self.count - 1):
            accrued = self._accrue(balance) + deferred
            paid = np.minimum(accrued, instalment, out=interest[index])
            deferred = accrued - paid
            wanted = instalment - paid
            repaid = np.minimum(wanted, balance, out=principal[index])
            exceeded += wanted - repaid
            balance -= repaid
        interest[-1] = self._accrue(balance) + deferred
        principal[-1] = balance
        last: Units = interest[-1] + balance
        return last - exceeded - instalment

    def _accrue(self, balance: Units) -> Units:
        """Interest of one period, rounded."""
        interest, rest = np.divmod(self.per_unit * balance + self.half, self.denominator)
        if self.half_even:
            interest -= (rest == 0) & (interest & 1).astype(bool)
        return interest
