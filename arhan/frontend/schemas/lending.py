"""Answers of account about loans, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

DECIDED = frozenset({"rejected", "withdrawn", "lapsed", "closed"})


class LoanProduct(msgspec.Struct, frozen=True):
    """A loan the bank offers; `terms` are the numbers of monthly instalments there is a choice of."""

    code: str
    name: str
    currency: str
    least: int
    most: int
    terms: list[int]
    annual_rate_percent: str | float | int
    method: str
    day_count: str
    purposes: list[str]
    min_tier: int = 0
    penalty_percent: str | float | int = 0
    grace_days: int = 0


class QuoteRow(msgspec.Struct, frozen=True):
    """One instalment of a quote; `balance` is what is owed once it is paid."""

    number: int
    due_on: date
    principal: int
    interest: int
    due: int
    balance: int


class Quote(msgspec.Struct, frozen=True):
    """What a loan would come to."""

    instalment: int
    total_interest: int
    apr_percent: float
    effective_rate_percent: float
    rows: list[QuoteRow]

    @property
    def total(self) -> int:
        """Everything that is paid back."""
        return sum(row.due for row in self.rows)


class Loan(msgspec.Struct, frozen=True):
    """A loan or an application for one."""

    id: str
    customer: str
    product: str
    account: str
    amount: int
    currency: str
    number_of_instalments: int
    annual_rate_percent: str | float | int
    purpose: str
    state: str
    applied_at: datetime
    score: int = 0
    recommendation: str = ""
    decision_reason: str = ""
    offered_until: date | None = None
    disbursed_on: date | None = None
    closed_on: date | None = None
    next_due_on: date | None = None
    days_past_due: int = 0
    bucket: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.state in DECIDED


class Affordability(msgspec.Struct, frozen=True):
    """What the customer says of a month."""

    income: int
    outgoings: int
    other_instalments: int = 0


class AssessmentReason(msgspec.Struct, frozen=True):
    """One thing that speaks for the loan or against it."""

    code: str
    points: int
    sentence: str


class ScheduleRow(msgspec.Struct, frozen=True):
    """One instalment and what has been paid of it."""

    number: int
    kind: str
    due_on: date
    principal: int
    interest: int
    fees: int
    penalties: int
    due: int
    paid: int
    state: str

    @property
    def left(self) -> int:
        """What is still to be paid of it."""
        return self.due - self.paid


class LoanPayment(msgspec.Struct, frozen=True):
    """A payment ordered for a loan."""

    id: str
    kind: str
    amount: int
    asked_on: date
    state: str
    payment: str = ""
    code: str = ""


class Happening(msgspec.Struct, frozen=True):
    """Something that happened to a loan."""

    what: str
    state: str
    by: str
    at: datetime
    reason: str = ""


class LoanDocument(msgspec.Struct, frozen=True):
    """A document handed in with an application; `size` in bytes."""

    id: str
    kind: str
    media_type: str
    size: int
    uploaded_at: datetime


class LoanDetails(Loan, frozen=True, kw_only=True):
    """A loan with all there is to know about it."""

    answers: Affordability
    reasons: list[AssessmentReason]
    principal_owed: int
    interest_accrued: int
    rows: list[ScheduleRow]
    payments: list[LoanPayment]
    happenings: list[Happening]
    documents: list[LoanDocument] = []
    written_off: int = 0
    """What was taken as a loss, when it was charged or written off."""
    recovered: int = 0
    """What was paid since."""

    @property
    def due_now(self) -> int:
        """What is due today or late."""
        return sum(row.left for row in self.rows if row.state in {"due", "late"})

    @property
    def paid_share(self) -> int:
        """How much of the schedule is paid, in percent."""
        whole = sum(row.due for row in self.rows)
        return 100 * sum(row.paid for row in self.rows) // whole if whole else 0


class Payoff(msgspec.Struct, frozen=True):
    """What closes a loan on a day."""

    on: date
    principal: int
    interest: int
    fees: int
    penalties: int
    total: int
    currency: str


class Provision(msgspec.Struct, frozen=True):
    """Loans of one currency that are equally late, and what should be set aside for them."""

    currency: str
    bucket: str
    loans: int
    principal: int
    interest_due: int
    percent: int
    provision: int


class Provisions(msgspec.Struct, frozen=True):
    """What the bank should set aside."""

    on: date
    items: list[Provision]
