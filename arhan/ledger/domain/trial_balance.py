"""The trial balance: every ledger account's balance on its side; both sides sum to the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.contracts import chart

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was posted to one ledger account in one currency up to a date, in minor units."""

    currency: str
    ledger_account: str
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a trial balance; one of the two balances is zero."""

    ledger_account: chart.LedgerAccount
    turnover: Turnover

    @property
    def debit_balance(self) -> int:
        """What remains on the debit side."""
        return max(self.turnover.debits - self.turnover.credits, 0)

    @property
    def credit_balance(self) -> int:
        """What remains on the credit side."""
        return max(self.turnover.credits - self.turnover.debits, 0)

    @property
    def balance(self) -> int:
        """The balance on its normal side; negative when it stands on the other."""
        remaining = self.turnover.debits - self.turnover.credits
        return remaining if self.ledger_account.normal_side == "debit" else -remaining


@dataclass(frozen=True, slots=True)
class Sheet:
    """The trial balance of one currency."""

    currency: str
    rows: tuple[Row, ...]

    @property
    def debits(self) -> int:
        """Sum of the debit balances."""
        return sum(row.debit_balance for row in self.rows)

    @property
    def credits(self) -> int:
        """Sum of the credit balances."""
        return sum(row.credit_balance for row in self.rows)

    @property
    def balanced(self) -> bool:
        """Whether the books balance in this currency."""
        return self.debits == self.credits


def draw_up(turnovers: Iterable[Turnover]) -> list[Sheet]:
    """One sheet per currency, ledger accounts in the order of the chart."""
    sheets: dict[str, list[Row]] = {}
    for turnover in sorted(turnovers, key=lambda t: (t.currency, t.ledger_account)):
        row = Row(chart.BY_CODE[turnover.ledger_account], turnover)
        sheets.setdefault(turnover.currency, []).append(row)
    return [Sheet(currency, tuple(rows)) for currency, rows in sheets.items()]
