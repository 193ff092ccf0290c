"""The general ledger as a page: lines with debit and credit side by side, and what they begin and end at. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from arhan.frontend.schemas.books import JournalEntry, TrialBalance


@dataclass(frozen=True, slots=True)
class Line:
    """One leg of an entry; one of `debit` and `credit` is zero."""

    entry: JournalEntry
    account: str
    ledger_account: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Turnover:
    """What a ledger account stood at before the time, what was booked in it, and what it stood at after it.

    Balances are debits less credits: a credit balance is negative.
    """

    opening: int
    debits: int
    credits: int

    @property
    def closing(self) -> int:
        """Opening, plus debits, less credits."""
        return self.opening + self.debits - self.credits


def lines(entries: Iterable[JournalEntry], *, ledger_account: str, account: str = "") -> Iterator[Line]:
    """The lines of these entries; of one ledger account and one account, or of any."""
    for entry in entries:
        for line in entry.lines:
            if ledger_account in {"", line.ledger_account} and account in {"", line.account}:
                is_debit = line.side == "debit"
                yield Line(
                    entry,
                    line.account,
                    line.ledger_account,
                    line.amount if is_debit else 0,
                    0 if is_debit else line.amount,
                )


def turnover(
    before: TrialBalance | None, after: TrialBalance, *, ledger_account: str, currency: str
) -> Turnover:
    """Between two trial balances; `before` is None when the time begins with the books."""
    old = _sums(before, ledger_account, currency) if before else (0, 0)
    new = _sums(after, ledger_account, currency)
    return Turnover(old[0] - old[1], new[0] - old[0], new[1] - old[1])


def _sums(sheet: TrialBalance, ledger_account: str, currency: str) -> tuple[int, int]:
    rows = (row for each in sheet.currencies if each.currency == currency for row in each.accounts)
    return next(((row.debits, row.credits) for row in rows if row.code == ledger_account), (0, 0))
