"""Loan quotes: what is asked, as JSON Schema, and what is answered. Amounts are minor units."""

from __future__ import annotations

from datetime import date
from typing import Any

from arhan.account.loans import DayCount, Method, MonthEnd, PeriodUnit, Rounding
from arhan.account.loans.reading import MAX_DISBURSEMENTS, MAX_INSTALMENTS, MAX_RATE
from arhan.kernel.money import MAX_AMOUNT, MINOR_DIGITS
from arhan.kernel.office import Shape

_AMOUNT = {"type": "integer", "minimum": 1, "maximum": MAX_AMOUNT}
_COUNT = {"type": "integer", "minimum": 0, "maximum": MAX_INSTALMENTS}
_RATE = {"type": "number", "minimum": 0, "maximum": MAX_RATE}
_DATE = {"type": "string", "format": "date"}


def _object(needed: list[str], **members: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": needed, "properties": members}


TERMS: dict[str, Any] = _object(
    [
        "principal",
        "currency",
        "annual_rate_percent",
        "method",
        "day_count",
        "number_of_instalments",
        "period",
        "disbursed_on",
    ],
    principal=_AMOUNT,
    currency={"type": "string", "enum": sorted(MINOR_DIGITS)},
    annual_rate_percent=_RATE,
    method={"type": "string", "enum": list(Method)},
    day_count={"type": "string", "enum": list(DayCount)},
    number_of_instalments={"type": "integer", "minimum": 1, "maximum": MAX_INSTALMENTS},
    period=_object(
        ["every", "unit"],
        every={"type": "integer", "minimum": 1, "maximum": 3660},
        unit={"type": "string", "enum": list(PeriodUnit)},
    ),
    disbursed_on=_DATE,
    first_due_on=_DATE,
    month_end={"type": "string", "enum": list(MonthEnd)},
    grace=_object([], principal=_COUNT, interest_payment=_COUNT, interest_free=_COUNT),
    disbursements={
        "type": "array",
        "maxItems": MAX_DISBURSEMENTS,
        "items": _object(["on", "amount"], on=_DATE, amount=_AMOUNT),
    },
    rate_changes={
        "type": "array",
        "maxItems": MAX_INSTALMENTS,
        "items": _object(["on", "annual_rate_percent"], on=_DATE, annual_rate_percent=_RATE),
    },
    down_payment_percent={"type": "number", "minimum": 0, "exclusiveMaximum": 100},
    instalment_multiple=_AMOUNT,
    fixed_instalment=_AMOUNT,
    rounding={"type": "string", "enum": list(Rounding)},
)
"""The terms as clients are told; `loans.reading` is what reads and refuses them, exactly."""


class QuoteRow(Shape):
    """One row of the schedule: principal + interest + fees + penalties = due."""

    number: int
    due_on: date
    principal: int
    interest: int
    fees: int
    penalties: int
    due: int
    balance: int
    """Principal owed once this row is paid."""


class LoanQuote(Shape):
    """What a loan on these terms would come to."""

    instalment: int
    total_interest: int
    apr_percent: float
    """Actuarial, a year (Regulation Z)."""
    effective_rate_percent: float
    """Compounded, a year (Directive 2008/48/EC)."""
    rows: list[QuoteRow]
