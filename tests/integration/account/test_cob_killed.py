"""A night that is killed goes on where it was: every account earns and is paid once, and the books agree."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel.failpoints import marker
from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = ("cut_off", "accrue_interest", "pay_interest", "roll")
A_DAY = 100_000_00 * 145_880_280 * 36_500 // 365


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        yield opened


def close(night: dict[str, str], day: str, home: Path, *, failpoint: str = "") -> int:
    """The night in a process of its own, which a failpoint may kill; its exit status."""
    told = night | {"ARHAN_HOME": str(home), "ARHAN_FAILPOINT": failpoint}
    command = [sys.executable, "-m", "bench.cob_night", day, *STEPS]
    done = subprocess.run(command, env=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if not done.returncode:
        assert json.loads(done.stdout.splitlines()[-1])["closed"] == [day]
    return done.returncode


@pytest.mark.parametrize(
    ("border", "day"),
    [
        ("cob.accruing", "2027-01-31"),
        ("cob.accrued", "2027-02-28"),
        ("cob.paying", "2027-03-31"),
        ("cob.paid", "2027-04-30"),
    ],
)
def test_a_killed_night_goes_on_and_doubles_nothing(
    desk: Any, night: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, border: str, day: str
) -> None:
    monkeypatch.setenv("ARHAN_HOME", str(tmp_path))
    desk.begin(day=day)
    terms = {"tiers": [{"rate": 36_500}]}
    code = border.replace(".", "_")
    desk.offer(code=code, terms=terms)
    savers = [desk.open_account(product=code) for _ in range(3)]
    for saver in savers:
        desk.put_in(account=saver, amount=100_000_00 - desk.balance(account=saver))

    assert close(night, day, tmp_path, failpoint=border) == -9
    assert marker(border).exists()
    assert close(night, day, tmp_path) == 0

    for saver in savers:
        paid = [entry for entry in desk.entries(account=saver) if entry[0] == "interest"]
        assert [(entry[1], entry[3]) for entry in paid] == [(day, 10_00)]  # 100,000.00 x 3.65 % x 1/365
        assert desk.accrued(account=saver) == [0, 0]
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0
