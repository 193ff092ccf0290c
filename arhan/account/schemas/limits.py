"""Limits, as requests and answers. Amounts are whole numbers of the currency's minor unit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from arhan.account.domain.limits import Source
from arhan.kernel.money import MAX_AMOUNT
from arhan.kernel.office import Shape

Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT, strict=True)]


class LimitChoice(Shape):
    """What a customer wants to limit themselves to; null for no limit of their own."""

    payment: Amount | None = None
    day: Amount | None = None
    month: Amount | None = None


class LimitShape(Shape):
    """One limit: the strictest there is, who set it, and what it leaves."""

    limit: int | None
    """Null when nobody limits it."""
    source: Source | None
    """Whose limit it is: the law's for the customer's tier, the product's, or the customer's own."""
    spent: int
    """What counts against it so far."""
    left: int | None
    """What may still be paid now as far as this limit is concerned."""
    own: int | None
    """What the customer chose."""


class RaisedLimits(LimitChoice):
    """Limits that come into force once they have cooled off."""

    at: datetime


class LimitsShape(Shape):
    """What may leave an account, and what may come in."""

    account: str
    currency: str
    payment: LimitShape
    day: LimitShape
    month: LimitShape
    single_deposit: int | None
    """What may be paid in at once; null where the law sets no limit."""
    balance: int | None
    """What the account may hold; null where the law sets no limit."""
    raised: RaisedLimits | None
