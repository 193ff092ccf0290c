"""Loan schedules a second, beside numpy-financial computing the same annuity tables in the same run.

One by one, and all at once. What each does for a loan of 360 months is not the same, and the result says
so: the bank's tables are whole minor units that add up (one by one they also have due dates and rows);
numpy-financial's are binary fractions. How many of those still repay what was lent, once rounded to the
minor unit, is part of the result.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy_financial as npf

from arhan.account.loans import DayCount, Disbursement, LoanTerms, Method, Period, PeriodUnit, schedule
from arhan.account.loans.batch import annuity_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DESCRIPTION = "Loan schedules of 360 rows a second, beside numpy-financial."

LOANS, QUICK_LOANS, ROWS = 10_000, 500, 360
ROUNDS = 5
"""Each contender takes its share of the loans in turn, so that a noisy neighbour disturbs all alike."""

MONTHS = np.arange(1, ROWS + 1)


def portfolio(count: int, day_count: DayCount = DayCount.THIRTY_360) -> list[LoanTerms]:
    """Loans that are all different: amount, rate and day of disbursement."""
    chance = random.Random(count)
    return [
        LoanTerms(
            currency="NGN",
            disbursements=(
                Disbursement(
                    date(2024, 1, 1) + timedelta(days=chance.randrange(366)), chance.randrange(10**6, 10**9)
                ),
            ),
            annual_rate_percent=Decimal(chance.randrange(300, 3000)) / 100,
            method=Method.EQUAL_INSTALMENTS,
            day_count=day_count,
            number_of_instalments=ROWS,
            period=Period(1, PeriodUnit.MONTHS),
        )
        for _ in range(count)
    ]


def one_by_one(loans: Sequence[LoanTerms]) -> None:
    """Schedules: dated rows of whole minor units that add up."""
    for terms in loans:
        schedule(terms)


def numpy_one_by_one(loans: Sequence[LoanTerms]) -> None:
    """Interest, principal and balance of every month, by numpy-financial."""
    for terms in loans:
        annuity_table(*rate_and_amount(terms))


def numpy_all_at_once(loans: Sequence[LoanTerms]) -> None:
    """The same tables, by one call of each function for all loans."""
    rates, amounts = np.array([rate_and_amount(terms) for terms in loans]).T
    annuity_table(rates[:, None], amounts[:, None])


def rate_and_amount(terms: LoanTerms) -> tuple[float, float]:
    """A month's interest on one unit, and the amount."""
    return float(terms.annual_rate_percent) / 1200, float(terms.principal)


def annuity_table(rate: Any, amount: Any) -> tuple[Any, Any, Any]:
    """Interest, principal and balance of every month, by numpy-financial."""
    interest = npf.ipmt(rate, MONTHS, ROWS, -amount)
    principal = npf.ppmt(rate, MONTHS, ROWS, -amount)
    balance = -npf.fv(rate, MONTHS, npf.pmt(rate, ROWS, -amount), -amount)
    return interest, principal, balance


def repays_exactly(terms: LoanTerms) -> bool:
    """Whether numpy-financial's table, each figure rounded for itself, repays what was lent."""
    _, principal, _ = annuity_table(*rate_and_amount(terms))
    return int(np.rint(principal).sum()) == terms.principal


def run(*, quick: bool = False, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Measure; rates are schedules (or tables) of 360 rows a second."""
    count = QUICK_LOANS if quick else LOANS
    loans, by_days = portfolio(count), portfolio(count, DayCount.ACTUAL_365)
    contenders: dict[str, tuple[Callable[[Sequence[LoanTerms]], object], list[LoanTerms]]] = {
        "arhan": (one_by_one, loans),
        "arhan_actual_365": (one_by_one, by_days),
        "arhan_batch": (annuity_tables, loans),
        "numpy_financial": (numpy_one_by_one, loans),
        "numpy_financial_batch": (numpy_all_at_once, loans),
    }
    seconds = dict.fromkeys(contenders, 0.0)
    for turn in range(ROUNDS):
        say(f"round {turn + 1} of {ROUNDS}")
        for name, (compute, all_loans) in contenders.items():
            started = time.perf_counter()
            compute(all_loans[turn::ROUNDS])
            seconds[name] += time.perf_counter() - started
    say("counting the tables that add up")
    per_second = {name: round(count / taken, 1) for name, taken in seconds.items()}
    adds_up = sum(sum(row.principal for row in schedule(terms).rows) == terms.principal for terms in loans)
    return {
        "schedules": count,
        "rows_each": ROWS,
        "schedules_per_second": per_second,
        "ratio_one_by_one": round(per_second["arhan"] / per_second["numpy_financial"], 3),
        "ratio_batch": round(per_second["arhan_batch"] / per_second["numpy_financial_batch"], 3),
        "repay_exactly_what_was_lent": {
            "arhan": adds_up,
            "numpy_financial_rounded": sum(repays_exactly(terms) for terms in loans),
        },
        "passed": adds_up == count,
    }


def main() -> None:
    """Measure and print JSON; progress goes to standard error."""
    found = run(quick="--quick" in sys.argv, say=lambda sentence: print(sentence, file=sys.stderr))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
