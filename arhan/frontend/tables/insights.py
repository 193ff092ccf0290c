"""A customer's money added up, as behind the charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.frontend.labels import PAYMENT_KINDS
from arhan.frontend.tables.table import Column, Table, Word
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.domain.figures import Balance, Sheet
    from arhan.frontend.schemas.payments import PaidMost, Spending

CURRENCY, SENT = Column("currency", _("Currency"), 5), Column("sent", _("Money out"), right=True)
PAYMENTS = Column("payments", _("Payments"), 8, right=True)
MONTHS = (Column("month", _("Month")), Column("received", _("Money in"), right=True), SENT, CURRENCY)
WAYS = (Column("kind", _("Kind")), SENT, CURRENCY, PAYMENTS)
PAYEES = (Column("number", _("Account"), 8), Column("name", _("Payee"), 16), SENT, CURRENCY, PAYMENTS)
BALANCE = (Column("day", _("Day")), Column("balance", _("Balance"), right=True), CURRENCY)


def months(sheets: Iterable[Sheet]) -> Table:
    """Money in and out by month, of every currency."""
    rows = [
        (
            f"{month.month:%Y-%m}",
            Money(month.received, sheet.currency),
            Money(month.sent, sheet.currency),
            sheet.currency,
        )
        for sheet in sheets
        for month in sheet.months
    ]
    return Table("money-by-month", _("Money in and out by month"), MONTHS, rows)


def ways(found: Iterable[Spending]) -> Table:
    """In which ways money went out."""
    rows = [
        (Word.of(PAYMENT_KINDS, way.kind), Money(way.sent, way.currency), way.currency, way.payments)
        for way in found
    ]
    return Table("money-by-kind", _("In which ways it went out"), WAYS, rows)


def payees(found: Iterable[PaidMost]) -> Table:
    """Whom one paid most."""
    rows = [
        (payee.number, payee.name, Money(payee.sent, payee.currency), payee.currency, payee.payments)
        for payee in found
    ]
    return Table("money-by-payee", _("Whom you paid most"), PAYEES, rows)


def balance(found: Iterable[Balance], currency: str) -> Table:
    """What was there at the end of each day."""
    rows = [(each.on, Money(each.amount, currency), currency) for each in found]
    return Table("balance-by-day", _("Balance over time"), BALANCE, rows)
