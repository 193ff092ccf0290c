"""Loans: the queue, what is to be set aside, a schedule, a history, a quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.frontend.labels import (
    LATENESS,
    LOAN_HAPPENINGS,
    LOAN_PURPOSES,
    LOAN_STATES,
    RECOMMENDATIONS,
    ROW_STATES,
)
from arhan.frontend.tables.table import Cell, Column, Table, Word
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arhan.frontend.schemas.lending import Loan, LoanDetails, Provisions, Quote

CURRENCY = Column("currency", _("Currency"), 5)
LOANS = (
    Column("applied_at", _("Applied")),
    Column("customer", _("Customer"), 16),
    Column("product", _("Product"), 12),
    Column("purpose", _("Purpose")),
    Column("state", _("State")),
    Column("recommendation", _("Assessment")),
    Column("score", _("Score"), 5, right=True),
    Column("days_past_due", _("Days late"), 6, right=True),
    Column("amount", _("Amount"), 12, right=True),
    CURRENCY,
    Column("instalments", _("Instalments"), 7, right=True),
    Column("reference", _("Reference"), 16),
)
PROVISIONS = (
    Column("late", _("Late"), 12),
    Column("loans", _("Loans"), 8, right=True),
    Column("principal", _("Principal"), right=True),
    Column("interest_due", _("Interest due"), right=True),
    Column("percent", _("Percent"), 8, right=True),
    Column("provision", _("Provision"), right=True),
    CURRENCY,
)
SCHEDULE = (
    Column("number", _("No."), 5, right=True),
    Column("due_on", _("Due on")),
    Column("principal", _("Principal"), right=True),
    Column("interest", _("Interest"), right=True),
    Column("charges", _("Charges"), right=True),
    Column("instalment", _("Instalment"), right=True),
    Column("paid", _("Paid"), right=True),
    CURRENCY,
    Column("state", _("State")),
)
HISTORY = (
    Column("at", _("When"), 9),
    Column("what", _("What happened"), 16),
    Column("state", _("State")),
    Column("by", _("Who"), 16),
    Column("reason", _("Reason"), 30),
)
QUOTE = (
    Column("number", _("No."), 5, right=True),
    Column("due_on", _("Due on")),
    Column("principal", _("Principal"), right=True),
    Column("interest", _("Interest"), right=True),
    Column("instalment", _("Instalment"), right=True),
    Column("owed", _("Then owed"), right=True),
    CURRENCY,
)


def loans(found: Iterable[Loan]) -> Table:
    """Loans and applications as officers see them."""
    rows = (
        (
            loan.applied_at,
            loan.customer,
            loan.product,
            Word.of(LOAN_PURPOSES, loan.purpose),
            Word.state(LOAN_STATES, loan.state),
            Word.state(RECOMMENDATIONS, loan.recommendation),
            loan.score,
            loan.days_past_due,
            Money(loan.amount, loan.currency),
            loan.currency,
            loan.number_of_instalments,
            loan.id,
        )
        for loan in found
    )
    return Table("loans", _("Loans"), LOANS, rows)


def provisions(found: Provisions) -> Table:
    """What should be set aside, by how late loans are."""
    rows: list[Sequence[Cell]] = [
        (
            Word.of(LATENESS, line.bucket),
            line.loans,
            Money(line.principal, line.currency),
            Money(line.interest_due, line.currency),
            line.percent,
            Money(line.provision, line.currency),
            line.currency,
        )
        for line in found.items
    ]
    return Table("provisions", _("To be set aside"), PROVISIONS, rows)


def schedule(loan: LoanDetails) -> Table:
    """The instalments of a loan, and what has been paid of them."""
    rows: list[Sequence[Cell]] = [
        (
            row.number,
            row.due_on,
            *(Money(each, loan.currency) for each in (row.principal, row.interest, row.fees + row.penalties)),
            Money(row.due, loan.currency),
            Money(row.paid, loan.currency),
            loan.currency,
            Word.state(ROW_STATES, row.state),
        )
        for row in loan.rows
    ]
    return Table("loan-schedule", _("Schedule"), SCHEDULE, rows)


def history(loan: LoanDetails, *, names_who: bool) -> Table:
    """What happened to a loan; who did it, staff are told."""
    rows: list[Sequence[Cell]] = [
        (
            each.at,
            Word.of(LOAN_HAPPENINGS, each.what),
            Word.state(LOAN_STATES, each.state),
            each.by if names_who else "",
            each.reason,
        )
        for each in loan.happenings
    ]
    return Table("loan-history", _("What happened"), HISTORY, rows)


def quote(found: Quote, currency: str) -> Table:
    """Where each instalment would go."""
    rows: list[Sequence[Cell]] = [
        (
            row.number,
            row.due_on,
            *(Money(each, currency) for each in (row.principal, row.interest, row.due, row.balance)),
            currency,
        )
        for row in found.rows
    ]
    return Table("loan-quote", _("Loan calculator"), QUOTE, rows)
