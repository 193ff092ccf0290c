"""Standing orders, as requests and answers. Money in minor units beside its ISO 4217 currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, model_validator

from arhan.kernel.ids import id_pattern
from arhan.kernel.office import Shape
from arhan.payment.domain.schedules import BusinessDays, Frequency
from arhan.payment.domain.standing_orders import MOST_TIMES, Execution, Status

Pin = Annotated[str, Field(pattern=r"^[0-9]{4}$", description="PIN of the account that pays")]
Narration = Annotated[str, Field(max_length=140)]
Times = Annotated[int, Field(ge=1, le=MOST_TIMES)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class NewStandingOrder(Shape):
    """Pay a set amount at an interval. The payee by account number, or as a beneficiary that is kept."""

    payer_account: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$")]
    payee_number: Annotated[str, Field(max_length=34, pattern=r"^[0-9A-Z]*$")] = ""
    beneficiary: Annotated[str, Field(pattern=f"^$|{id_pattern('ben')}")] = ""
    amount: int
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    narration: Narration = ""
    frequency: Frequency
    first_date: Day
    day_of_month: Annotated[int, Field(ge=1, le=31)] | None = None
    """Of monthly and yearly payments; a day the month does not have is its last. Left out: that of `first_date`."""
    last_date: Day | None = None
    times: Times | None = None
    """How often at most; with neither, until it is cancelled."""
    business_days: BusinessDays = "as_is"
    """What becomes of a weekend or a public holiday: paid then, on the next working day, or on the one before."""
    pin: Pin

    @model_validator(mode="after")
    def _one_of_two(self) -> NewStandingOrder:
        if bool(self.payee_number) == bool(self.beneficiary):
            msg = "name the payee by number or as a beneficiary"
            raise ValueError(msg)
        if self.last_date and self.times:
            msg = "end it by date or by count"
            raise ValueError(msg)
        return self


class StandingOrderChange(Shape):
    """What is to be otherwise from the next payment on; what is left out stays."""

    amount: int | None = None
    narration: Narration | None = None
    last_date: Day | None = None
    times: Times | None = None
    endless: bool = False
    """No end any more: it is paid until it is cancelled."""
    pin: Pin
    proof: Annotated[str, Field(max_length=4096)] = ""
    """Identity's, of the new amount, where that is higher."""

    @model_validator(mode="after")
    def _one_end(self) -> StandingOrderChange:
        if sum(map(bool, (self.last_date, self.times, self.endless))) > 1:
            msg = "end it by date or by count, or not at all"
            raise ValueError(msg)
        return self


class StandingOrderChallenge(Shape):
    """What is to be confirmed: the order as it is, or a new amount."""

    amount: Annotated[int, Field(ge=1)] | None = None


class StandingOrderConfirmation(Shape):
    """The payer's word that a standing order is theirs."""

    proof: Annotated[str, Field(max_length=4096)] = ""


class StandingOrderShape(Shape):
    """A standing order, as its payer and staff see it."""

    id: str
    status: Status
    code: str
    """Why it ended, where the bank ended it."""
    customer: str
    payer_account: str
    payer_number: str
    payee_number: str
    payee_name: str
    amount: int
    currency: str
    narration: str
    frequency: Frequency
    first_date: date
    day_of_month: int
    last_date: date | None
    times: int | None
    business_days: BusinessDays
    due_date: date | None
    """The next payment, by the interval."""
    pay_date: date | None
    """The same, on a day as `business_days` says."""
    next_date: date | None
    """When it is paid, or tried again; none while a payment is under way."""
    tries: int
    """On how many days the next payment was tried already."""
    done: int
    """How many payments are past, made or given up."""
    paid: int
    """How many were made."""
    created_at: datetime
    changed_at: datetime


class StandingOrderPage(Shape):
    """Standing orders, newest first; `next` is the cursor of the page after, absent on the last."""

    items: list[StandingOrderShape]
    next: str | None


class ExecutionShape(Shape):
    """One payment of a standing order."""

    due_date: date
    pay_date: date
    status: Execution
    attempt: int
    """Of how many days this was the try."""
    code: str
    """Why it was not made, or what it waits for."""
    payment: str
    """Id of the payment; empty where none came to be."""
    amount: int
    currency: str
    ordered_on: date
    """The business date of the try."""
    decided_at: datetime | None


class ExecutionPage(Shape):
    """Payments of a standing order, the latest first; `next` is the due date to go on from."""

    items: list[ExecutionShape]
    next: str | None


class OpenStandingOrders(Shape):
    """How many that are not over pay from an account."""

    count: int
