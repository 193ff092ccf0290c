"""Figures as answers. Amounts in minor units beside their ISO 4217 currency."""

from __future__ import annotations

from datetime import date, datetime

from arhan.kernel.office import Shape
from arhan.payment.schemas.office import PaymentShape


class MonthShape(Shape):
    """A calendar month (UTC) of one currency."""

    month: date
    """Its first day."""
    currency: str
    received: int
    sent: int


class PayeeShape(Shape):
    """Somebody who was paid; the name as a payer may see it."""

    number: str
    name: str
    currency: str
    sent: int
    payments: int


class SpendingShape(Shape):
    """What went out in one way: by transfer, by card, to repay a loan."""

    kind: str
    currency: str
    sent: int
    payments: int


class MonthlyFigures(Shape):
    """Oldest month first; the payee paid most first. Between own accounts does not count."""

    months: list[MonthShape]
    payees: list[PayeeShape]
    spending: list[SpendingShape]
    """The way most went out first."""
    recent: list[PaymentShape]
    """The newest payments, as many as were asked for: what a first page shows, in one answer."""


class HourShape(Shape):
    """Orders of one hour that are of one kind and came to one end."""

    hour: datetime
    """Its beginning."""
    kind: str
    status: str
    code: str
    currency: str
    payments: int
    amount: int


class HourlyFigures(Shape):
    """Oldest hour first; hours without an order are left out."""

    hours: list[HourShape]
