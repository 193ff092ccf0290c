"""Loan schedules, exact to the minor unit: pure functions, no Django, no clock, no I/O.

`LoanTerms` say what was agreed, `schedule` turns them into rows, `quote` adds the rates to disclose;
then what a living loan needs: accrual, payoff, allocation of a repayment, delinquency.
"""

from arhan.account.loans.accrual import Accrual
from arhan.account.loans.allocation import DEFAULT_ORDER, Allocation, Component, Part, Unpaid, allocate
from arhan.account.loans.delinquency import Bucket, Pause, bucket, days_past_due
from arhan.account.loans.payoff import Payoff, payoff
from arhan.account.loans.quote import Quote, quote
from arhan.account.loans.reading import parse_terms, read_terms
from arhan.account.loans.remaining import remaining_terms
from arhan.account.loans.schedule import Instalment, Schedule, schedule
from arhan.account.loans.terms import (
    DayCount,
    Disbursement,
    Grace,
    LoanTerms,
    Method,
    MonthEnd,
    Period,
    PeriodUnit,
    Prepayment,
    PrepaymentEffect,
    RateChange,
    Rounding,
)

__all__ = [
    "DEFAULT_ORDER",
    "Accrual",
    "Allocation",
    "Bucket",
    "Component",
    "DayCount",
    "Disbursement",
    "Grace",
    "Instalment",
    "LoanTerms",
    "Method",
    "MonthEnd",
    "Part",
    "Pause",
    "Payoff",
    "Period",
    "PeriodUnit",
    "Prepayment",
    "PrepaymentEffect",
    "Quote",
    "RateChange",
    "Rounding",
    "Schedule",
    "Unpaid",
    "allocate",
    "bucket",
    "days_past_due",
    "parse_terms",
    "payoff",
    "quote",
    "read_terms",
    "remaining_terms",
    "schedule",
]
