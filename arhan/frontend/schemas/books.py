"""Answers of ledger, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec


class TrialBalanceRow(msgspec.Struct, frozen=True):
    """One ledger account; one of `debit` and `credit` is zero."""

    code: str
    name: str
    type: str
    debits: int
    credits: int
    debit: int
    credit: int


class TrialBalanceSheet(msgspec.Struct, frozen=True):
    """The trial balance of one currency."""

    currency: str
    accounts: list[TrialBalanceRow]
    total_debit: int
    total_credit: int
    balanced: bool


class TrialBalance(msgspec.Struct, frozen=True):
    """Every ledger account's balance at the end of a booking date."""

    currencies: list[TrialBalanceSheet]
    balanced: bool
    as_of: date | None = None


class JournalLine(msgspec.Struct, frozen=True):
    """One leg of a journal entry."""

    account: str
    ledger_account: str
    side: Literal["debit", "credit"]
    amount: int


class JournalEntry(msgspec.Struct, frozen=True):
    """A movement as written in the books."""

    number: int
    id: str
    movement_id: str
    kind: str
    currency: str
    narration: str
    booking_date: date
    posted_at: datetime
    lines: list[JournalLine]
    reverses: str | None = None

    @property
    def amount(self) -> int:
        """What its debits come to, and its credits."""
        return sum(line.amount for line in self.lines if line.side == "debit")


class Seal(msgspec.Struct, frozen=True):
    """A signed statement of the journal's Merkle root at a size."""

    size: int
    root: str
    sealed_at: datetime
