"""Whether accounts stand in the books as the account service says: asked before its day may end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.ledger import TieOutAnswer
from arhan.kernel.database import django_transaction
from arhan.ledger.store import checking as store
from arhan.ledger.store import journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.contracts.account import BalanceLine


def compare(lines: Sequence[BalanceLine]) -> TieOutAnswer:
    """Each account's balance with the line of that number in the journal."""
    moved = {line.account: line for line in lines if line.sequence}
    with django_transaction() as cursor:
        written = store.balances_at(cursor, [(line.account, line.sequence) for line in moved.values()])
        entries = journal.last_number(cursor)
    untrue = [
        f"{line.account} has a balance of {line.balance} without any entry"
        for line in lines
        if line.balance and not line.sequence
    ]
    return TieOutAnswer(
        missing=[account for account in moved if account not in written],
        differences=untrue
        + [_difference(moved[a], at) for a, at in written.items() if _said(moved[a]) != at],
        entries=entries,
    )


def _said(line: BalanceLine) -> tuple[int, str, str]:
    return line.balance, line.ledger_account, line.currency


def _difference(line: BalanceLine, at: tuple[int, str, str]) -> str:
    balance, code, currency = at
    return (
        f"{line.account} stands at {line.currency} {line.balance} under {line.ledger_account},"
        f" line {line.sequence} of the books at {currency} {balance} under {code}"
    )
