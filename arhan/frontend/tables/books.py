"""The books: trial balance, general ledger, journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.frontend.labels import LEDGER_TYPES, MOVEMENT_KINDS
from arhan.frontend.tables.table import Cell, Column, Table, Word, amount
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arhan.frontend.domain.general_ledger import Line
    from arhan.frontend.schemas.books import JournalEntry, TrialBalance

NUMBER, BOOKED = Column("number", _("No."), 6, right=True), Column("booking_date", _("Booked"), 8)
KIND, NARRATION = Column("kind", _("Kind")), Column("narration", _("What"), 16)
ACCOUNT, LEDGER_ACCOUNT = (
    Column("account", _("Account"), 14),
    Column("ledger_account", _("Ledger account"), 7),
)
DEBIT, CREDIT = Column("debit", _("Debit"), 12, right=True), Column("credit", _("Credit"), 12, right=True)
CURRENCY, MOVEMENT = Column("currency", _("Currency"), 5), Column("movement", _("Movement"), 14)
TRIAL_BALANCE = (
    CURRENCY,
    Column("code", _("Account"), 6),
    Column("name", _("Name"), 24),
    Column("type", _("Type")),
    Column("debits", _("Debits"), 14, right=True),
    Column("credits", _("Credits"), 14, right=True),
    DEBIT,
    CREDIT,
)
JOURNAL = (NUMBER, BOOKED, Column("posted_at", _("Posted"), 9), KIND, NARRATION, ACCOUNT, LEDGER_ACCOUNT, DEBIT,
           CREDIT, CURRENCY, MOVEMENT)  # fmt: skip
LEDGER = (NUMBER, BOOKED, KIND, NARRATION, LEDGER_ACCOUNT, ACCOUNT, DEBIT, CREDIT, CURRENCY, MOVEMENT)


def trial_balance(found: TrialBalance) -> Table:
    """Every ledger account of every currency."""
    rows: list[Sequence[Cell]] = [
        (
            sheet.currency,
            row.code,
            row.name,
            Word.of(LEDGER_TYPES, row.type),
            *(Money(each, sheet.currency) for each in (row.debits, row.credits, row.debit, row.credit)),
        )
        for sheet in found.currencies
        for row in sheet.accounts
    ]
    return Table("trial-balance", _("Trial balance"), TRIAL_BALANCE, rows)


def journal(entries: Iterable[JournalEntry]) -> Table:
    """The lines of these entries, debits and credits in columns of their own."""
    rows = (
        (
            entry.number,
            entry.booking_date,
            entry.posted_at,
            Word.of(MOVEMENT_KINDS, entry.kind),
            entry.narration,
            line.account,
            line.ledger_account,
            Money(line.amount, entry.currency) if line.side == "debit" else None,
            Money(line.amount, entry.currency) if line.side == "credit" else None,
            entry.currency,
            entry.movement_id,
        )
        for entry in entries
        for line in entry.lines
    )
    return Table("journal", _("Journal"), JOURNAL, rows)


def general_ledger(lines: Iterable[Line]) -> Table:
    """Lines of the general ledger."""
    rows = (
        (
            line.entry.number,
            line.entry.booking_date,
            Word.of(MOVEMENT_KINDS, line.entry.kind),
            line.entry.narration,
            line.ledger_account,
            line.account,
            amount(line.debit, line.entry.currency),
            amount(line.credit, line.entry.currency),
            line.entry.currency,
            line.entry.movement_id,
        )
        for line in lines
    )
    return Table("general-ledger", _("General ledger"), LEDGER, rows)
