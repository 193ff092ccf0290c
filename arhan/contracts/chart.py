"""The chart of accounts, and the bank's own accounts, as account and ledger both know them.

Codes group by their first digit: 1 assets, 2 liabilities, 3 equity, 4 income, 5 expenses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LedgerAccountType = Literal["asset", "liability", "equity", "income", "expense"]


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A named place in the books."""

    code: str
    name: str
    type: LedgerAccountType

    @property
    def normal_side(self) -> Literal["debit", "credit"]:
        """The side that increases it."""
        return "debit" if self.type in {"asset", "expense"} else "credit"


CHART: tuple[LedgerAccount, ...] = (
    LedgerAccount("1010", "Cash in vaults", "asset"),
    LedgerAccount("1020", "Settlement with other banks", "asset"),
    LedgerAccount("1200", "Loans receivable", "asset"),
    LedgerAccount("1210", "Loan interest receivable", "asset"),
    LedgerAccount("1220", "Loan fees and penalties receivable", "asset"),
    LedgerAccount("1290", "Allowance for loan losses", "asset"),
    LedgerAccount("1300", "Overdrafts interest receivable", "asset"),
    LedgerAccount("2010", "Customers' savings accounts", "liability"),
    LedgerAccount("2020", "Customers' current accounts", "liability"),
    LedgerAccount("2030", "Customers' fixed-term deposits", "liability"),
    LedgerAccount("2040", "Customers' target savings", "liability"),
    LedgerAccount("2100", "Interest payable", "liability"),
    LedgerAccount("2200", "Card settlement", "liability"),
    LedgerAccount("2300", "Tax payable", "liability"),
    LedgerAccount("2900", "Suspense", "liability"),
    LedgerAccount("2910", "Loan repayments being allocated", "liability"),
    LedgerAccount("3010", "Share capital", "equity"),
    LedgerAccount("3020", "Retained earnings", "equity"),
    LedgerAccount("4010", "Loan interest income", "income"),
    LedgerAccount("4020", "Fee income", "income"),
    LedgerAccount("4030", "Penalty income", "income"),
    LedgerAccount("4040", "Recoveries of written-off loans", "income"),
    LedgerAccount("4050", "Overdraft interest income", "income"),
    LedgerAccount("5010", "Interest expense", "expense"),
    LedgerAccount("5020", "Marketing expense", "expense"),
    LedgerAccount("5030", "Loan loss expense", "expense"),
)

BY_CODE: dict[str, LedgerAccount] = {account.code: account for account in CHART}

BANK_ACCOUNTS: dict[str, str] = {
    "cash": "1010",
    "settlement": "1020",
    "loans": "1200",
    "loan_interest_receivable": "1210",
    "loan_charges_receivable": "1220",
    "loan_allowance": "1290",
    "overdraft_interest_receivable": "1300",
    "interest_payable": "2100",
    "card_settlement": "2200",
    "tax_payable": "2300",
    "suspense": "2900",
    "loan_clearing": "2910",
    "capital": "3010",
    "retained_earnings": "3020",
    "loan_interest_income": "4010",
    "fee_income": "4020",
    "penalty_income": "4030",
    "recoveries": "4040",
    "overdraft_interest_income": "4050",
    "interest_expense": "5010",
    "marketing": "5020",
    "loan_losses": "5030",
}
"""The bank's own accounts by name, each with the ledger account it belongs to; one per currency."""


def bank_account(name: str, currency: str) -> str:
    """Id of one of the bank's own accounts: `bank_account("cash", "NGN")` -> `bank_cash_ngn`."""
    if name not in BANK_ACCOUNTS:
        msg = f"the bank has no account called {name!r}"
        raise KeyError(msg)
    return f"bank_{name}_{currency.lower()}"
