"""Comparing every balance with the ledger's books, before a day may end."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from arhan.account.service.cob import StepFailed
from arhan.account.store import accounts as store
from arhan.account.store import cob as cob_store
from arhan.contracts.account import BalanceLine
from arhan.contracts.ledger import TieOut, TieOutAnswer
from arhan.kernel.database import django_transaction
from arhan.kernel.http import ServiceClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.account.domain.cob import Closing
    from arhan.account.models import Account

STEP = "tie_out"
PAGE = 1_000
PATIENCE_S = 20.0
"""How long the ledger may stand still before what it has not written counts as missing."""
LOOK_AGAIN_S = 0.2
MOST_NAMED = 5


def compare_with_ledger(day: Closing) -> Iterator[int]:
    """Every account must stand in the books as it stands here; StepFailed names those that do not."""
    after = cob_store.read_cursor(day.date, STEP)
    while accounts := store.list_balances(after=after, limit=PAGE):
        _compare([_line(account) for account in accounts])
        after = accounts[-1].id
        with django_transaction():
            cob_store.keep_cursor(day.date, STEP, after)
        yield len(accounts)


def _compare(lines: Sequence[BalanceLine]) -> None:
    """Ask until the ledger has written what was posted; it says when it stands still."""
    until, written = time.monotonic() + PATIENCE_S, -1
    while True:
        answer = ask_ledger(lines)
        if answer.differences:
            raise StepFailed(_sentence(answer.differences))
        if not answer.missing:
            return
        if answer.entries != written:
            until, written = time.monotonic() + PATIENCE_S, answer.entries
        if time.monotonic() > until:
            msg = f"The ledger is behind: {_named(answer.missing)}."
            raise StepFailed(msg)
        time.sleep(LOOK_AGAIN_S)


def ask_ledger(lines: Sequence[BalanceLine]) -> TieOutAnswer:
    """Ask how these accounts stand in the books; Refused when the ledger does not answer."""
    answer = _ledger().post("/internal/v1/tie-outs", TieOut(lines=list(lines)))
    return msgspec.convert(answer, TieOutAnswer)


@lru_cache
def _ledger() -> ServiceClient:
    return ServiceClient("account", "ledger")


def _sentence(differences: Sequence[str]) -> str:
    more = len(differences) - MOST_NAMED
    return "; ".join(differences[:MOST_NAMED]) + (f"; and {more} more." if more > 0 else ".")


def _named(accounts: Sequence[str]) -> str:
    more = len(accounts) - MOST_NAMED
    return ", ".join(accounts[:MOST_NAMED]) + (f" and {more} more accounts" if more > 0 else "")


def _line(account: Account) -> BalanceLine:
    balance = account.balance
    return BalanceLine(
        account=account.id,
        ledger_account=balance.ledger_account,
        currency=balance.currency,
        balance=balance.balance,
        sequence=balance.sequence,
        customer=account.customer or None,
    )
