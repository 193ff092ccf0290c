"""Standing orders as payment answers them. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

OVER = frozenset({"completed", "ended", "cancelled"})


class StandingOrder(msgspec.Struct, frozen=True):
    """A set amount paid at an interval."""

    id: str
    status: str
    payer_account: str
    payer_number: str
    payee_number: str
    payee_name: str
    amount: int
    currency: str
    frequency: str
    first_date: date
    created_at: datetime
    code: str = ""
    narration: str = ""
    last_date: date | None = None
    times: int | None = None
    business_days: str = "as_is"
    next_date: date | None = None
    tries: int = 0
    paid: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing is paid any more."""
        return self.status in OVER


class Execution(msgspec.Struct, frozen=True):
    """One payment of it."""

    due_date: date
    status: str
    code: str = ""
    amount: int = 0
    currency: str = ""
    payment: str = ""
    pay_date: date | None = None
    attempt: int = 0
