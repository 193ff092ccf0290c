"""Every code that staff may see has a word: an account of the chart, a kind of movement."""

from __future__ import annotations

from arhan.account import movements
from arhan.contracts.chart import CHART
from arhan.frontend import labels


def test_every_ledger_account_has_a_word() -> None:
    assert set(labels.LEDGER_ACCOUNTS) == {account.code for account in CHART}


def test_every_kind_of_movement_has_a_word() -> None:
    assert set(movements.KINDS) - set(labels.MOVEMENT_KINDS) == set()
