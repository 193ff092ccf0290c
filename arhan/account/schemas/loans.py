"""Loans, as requests and answers. Amounts are whole numbers of the currency's minor unit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from arhan.account.schemas.accounts import Percent, Reason
from arhan.kernel.money import MAX_AMOUNT
from arhan.kernel.office import Shape

Amount = Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
Monthly = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
Word = Annotated[str, Field(min_length=1, max_length=64)]
RowState = Literal["paid", "late", "due", "coming"]


class LoanProductShape(Shape):
    """A loan the bank offers."""

    code: str
    name: str
    currency: str
    least: int
    most: int
    terms: list[int]
    """Numbers of monthly instalments there is a choice of."""
    annual_rate_percent: Percent
    method: str
    day_count: str
    purposes: list[str]
    min_tier: int
    penalty_percent: Percent
    """Of what is left of an instalment, once, when its grace is over."""
    grace_days: int


class Affordability(Shape):
    """What the customer says of a month."""

    income: Monthly
    outgoings: Monthly
    other_instalments: Monthly = 0


class LoanApplication(Shape):
    """What a customer asks for; `account` is credited with the loan and debited with its instalments."""

    product: Word
    amount: Amount
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    number_of_instalments: Annotated[int, Field(ge=1, le=1200)]
    purpose: Word
    account: Word
    affordability: Affordability


class Verdict(Shape):
    """Why somebody decides as they do."""

    reason: Reason


class PauseOfLoan(Shape):
    """Until when, today included, nothing is collected and no day counts as late."""

    until: date
    reason: Reason


class Reschedule(Shape):
    """New instalments for all that is owed."""

    number_of_instalments: Annotated[int, Field(ge=1, le=60)]
    first_due_on: date
    reason: Reason


class AssessmentReason(Shape):
    """One thing that speaks for the loan or against it."""

    code: str
    points: int
    sentence: str


class LoanShape(Shape):
    """A loan as its customer or the bank's staff see it."""

    id: str
    customer: str
    product: str
    account: str
    amount: int
    currency: str
    number_of_instalments: int
    annual_rate_percent: Percent
    purpose: str
    state: str
    score: int
    recommendation: str
    applied_at: datetime
    decision_reason: str
    offered_until: date | None
    disbursed_on: date | None
    closed_on: date | None
    next_due_on: date | None
    days_past_due: int
    bucket: str


class LoanPage(Shape):
    """Loans, newest first."""

    items: list[LoanShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""


class ScheduleRow(Shape):
    """One row of a schedule: principal + interest + fees + penalties = due."""

    number: int
    kind: str
    due_on: date
    principal: int
    interest: int
    fees: int
    penalties: int
    due: int
    paid: int
    state: RowState


class LoanPaymentShape(Shape):
    """A payment ordered for a loan, and what it paid."""

    id: str
    kind: str
    number: int
    effect: str
    amount: int
    asked_on: date
    state: str
    """asked, paid or failed."""
    payment: str
    code: str
    principal: int
    interest: int
    charges: int
    returned: int


class Happening(Shape):
    """Something that happened to a loan."""

    what: str
    state: str
    by: str
    reason: str
    at: datetime


LoanDocumentKind = Literal["proof_of_income", "bank_statement", "collateral", "other"]


class LoanDocument(Shape):
    """A document handed in with an application."""

    id: str
    kind: str
    media_type: str
    size: int
    """Bytes."""
    uploaded_at: datetime


class LoanDetails(LoanShape):
    """A loan with all there is to know about it."""

    answers: Affordability
    reasons: list[AssessmentReason]
    principal_owed: int
    interest_accrued: int
    written_off: int
    """What the bank took for a loss."""
    recovered: int
    """What was paid of it all the same."""
    rows: list[ScheduleRow]
    payments: list[LoanPaymentShape]
    happenings: list[Happening]
    documents: list[LoanDocument]


class PayoffShape(Shape):
    """What closes a loan on a day."""

    on: date
    principal: int
    interest: int
    fees: int
    penalties: int
    total: int
    currency: str


class Repayment(Shape):
    """What the customer pays; without an effect at most what is due.

    Ahead of time: the rest in smaller instalments, or in fewer.
    """

    amount: Amount
    effect: Literal["reduce_instalment", "reduce_term"] | None = None


class ProvisionLine(Shape):
    """Loans of one currency that are equally late, and what should be set aside for them."""

    currency: str
    bucket: str
    loans: int
    principal: int
    interest_due: int
    percent: int
    provision: int


class Provisions(Shape):
    """What the bank should set aside for loans that may not be repaid."""

    on: date
    items: list[ProvisionLine]
