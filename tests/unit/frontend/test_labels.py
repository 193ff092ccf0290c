"""Every code that staff may see has a word: an account of the chart, a kind of movement, what takes two people."""

from __future__ import annotations

import re
from pathlib import Path

import arhan
from arhan.account import movements
from arhan.contracts.chart import CHART
from arhan.frontend import labels


def test_every_ledger_account_has_a_word() -> None:
    assert set(labels.LEDGER_ACCOUNTS) == {account.code for account in CHART}


def test_every_kind_of_movement_has_a_word() -> None:
    assert set(movements.KINDS) - set(labels.MOVEMENT_KINDS) == set()


def test_everything_that_takes_two_people_has_a_word() -> None:
    """As the services call it: the constant that a FourEyes names as its action."""
    code = "\n".join(path.read_text() for path in Path(arhan.__file__).parent.rglob("*.py"))
    names = {name.rpartition(".")[2] for name in re.findall(r"FourEyes\(\s*action=([\w.]+)", code)}
    actions = {
        value
        for name, value in re.findall(r'^([A-Z_]+) = "([a-z_]+[.][a-z_.]+)"$', code, re.MULTILINE)
        if name in names
    }
    assert len(names) > 10
    assert actions - set(labels.PROPOSALS) == set()
