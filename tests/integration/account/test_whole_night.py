"""A night in which every step has work and dies over it: all is done once; and nights over days without business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST = "2027-06-30"
"""A Wednesday, the last day of a month, in a year that no other test lives in."""


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        yield opened


def kinds(desk: Any, account: str) -> list[tuple[str, int]]:
    """What was booked on the account and how much, after the money it began with."""
    return [
        (row[0], row[3])
        for row in desk.entries(account=account)
        if row[0] not in {"deposit", "opening_bonus"}
    ]


def count(desk: Any, query: str, *values: Any) -> int:
    return int(desk.select(query=query, values=list(values))[0][0])


class Evening:
    """Accounts, deposits, holds, cards and loans for which the night has something to do."""

    def __init__(self, desk: Any) -> None:
        self.lost, self.late, self.good = self._lend(desk)
        desk.begin(day=LAST)
        desk.offer(code="tiny", terms={"tiers": [{"rate": 36_500}], "dormancy_days": 1})
        desk.offer(code="later", kind="current", terms={"opening_deposit": 500_00})
        self.saver = desk.open_account(product="tiny")
        desk.put_in(account=self.saver, amount=100_000_00 - desk.balance(account=self.saver))
        self.home = desk.open_account(product="current", customer="usr_night")
        desk.put_in(account=self.home, amount=20_000_00)
        self.dip = desk.open_account(product="overdraft")
        desk.spend(payer=self.dip, payee=self.home, amount=desk.balance(account=self.dip) + 3_650_00)
        self.waiting = desk.open_account(product="later")
        desk.put_in(account=self.waiting, amount=500_00)
        self.deposit = desk.open_deposit(source=self.home, customer="usr_night", amount=10_000_00, months=1)
        desk.let_end(deposit=self.deposit, day="2027-07-01")
        assert desk.hold(account=self.home, amount=1_00, seconds=60) == "posted"
        self.card = desk.issue_card(account=self.home, expires_on=LAST)
        for borrower in (self.lost, self.late):
            owes = desk.balance(account=borrower["account"])
            desk.spend(payer=borrower["account"], payee=self.home, amount=owes)
        desk.let_payment_say(pages=[7])
        desk.go_to(day="2027-07-01")

    def _lend(self, desk: Any) -> tuple[Any, Any, Any]:
        """One so late that it is lost, one a little late, one on its first day; and an offer nobody takes."""
        desk.begin(day="2026-11-02")
        lost = desk.lend()
        desk.begin(day="2027-05-12")
        late, self.offered = desk.lend(), desk.offer_loan()
        for day in ("2027-06-03", "2027-06-04"):  # due in three days
            desk.begin(day=day)
            desk.lend()
        desk.begin(day="2027-05-30")
        return lost, late, desk.lend(balance=5_000_00)


def test_every_step_has_work_dies_over_it_and_is_done_once(desk: Any) -> None:
    evening = Evening(desk)
    before = desk.balance(account=evening.good["account"])

    found = desk.close_dying(through=LAST)

    assert (found["closed"], found["failure"]) == ([LAST], "")
    steps = {step["name"]: step["done"] for step in desk.steps(day=LAST)}
    assert [name for name, done in steps.items() if not done] == []
    for place in ("cob.page_done", "cob.step_done"):
        assert {name for name, died in found["died"] if died == place} == set(steps)

    assert kinds(desk, evening.saver) == [("interest", 10_00)]
    assert desk.status(account=evening.saver) == "dormant"
    assert desk.status(account=evening.waiting) == "active"
    charged = [row for row in kinds(desk, evening.dip) if row[0] != "transfer"]
    assert sorted(charged) == [("fee", -100_00), ("fee", -50_00), ("overdraft_interest", -2_40)]
    placed = [row[0] for row in kinds(desk, evening.deposit)]
    assert (placed, desk.balance(account=evening.deposit)) == (
        ["deposit_placement", "interest", "deposit_payout"],
        0,
    )
    assert count(desk, "SELECT held FROM balance WHERE account = %s", evening.home) == 0
    query = "SELECT state, reason FROM card WHERE id = %s"
    assert desk.select(query=query, values=[evening.card]) == [["closed", "expired"]]
    paid = [row for row in kinds(desk, evening.good["account"]) if row[0] == "loan_repayment"]
    assert (len(paid), desk.balance(account=evening.good["account"])) == (1, before + paid[0][1])
    assert standing(desk, evening.lost) == "charged_off"
    assert standing(desk, evening.late) == "late"
    assert standing(desk, evening.good) == "well"
    assert count(desk, "SELECT count(*) FROM loan WHERE id = %s AND state <> 'offered'", evening.offered) == 1
    for account in (evening.saver, evening.dip, evening.home):
        assert count(desk, "SELECT count(*) FROM statement WHERE account = %s", account) == 1
    assert desk.days_paid() == [LAST]
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0

    everything = desk.everything()
    assert desk.close(through=LAST) == {"closed": [], "failure": "", "unfinished": False}
    assert desk.everything() == everything


def standing(desk: Any, borrower: Any) -> str:
    """How the loan stands, in a word or two."""
    query = "SELECT state, days_past_due, written_off > 0 FROM loan WHERE id = %s"
    ((state, days, lost),) = desk.select(query=query, values=[borrower["loan"]])
    if lost or state != "active":
        return str(state)
    return "late" if days else "well"


def test_business_dates_may_leave_out_days_off_and_every_day_earns(desk: Any) -> None:
    """Maundy Thursday 2027 to the Tuesday after Easter: five days in one night, two holidays and a weekend."""
    desk.begin(day="2027-03-24")
    desk.offer(code="workdays", terms={"tiers": [{"rate": 36_500}]})
    account = desk.open_account(product="workdays")
    desk.put_in(account=account, amount=100_000_00 - desk.balance(account=account))
    a_day = 100_000_00 * 145_880_280 * 36_500 // 365
    desk.work_on_working_days(only=True)
    try:
        assert desk.close(through="2027-03-24")["closed"] == ["2027-03-24"]
        assert desk.day()["date"] == "2027-03-25"
        assert desk.accrued(account=account)[0] == a_day
        assert desk.close(through="2027-03-29")["closed"] == ["2027-03-25"]
        assert desk.day()["date"] == "2027-03-30"
        assert desk.accrued(account=account)[0] == 6 * a_day
        assert desk.put_in(account=account, amount=1) == "2027-03-30"
    finally:
        desk.work_on_working_days(only=False)


def test_a_month_that_ends_on_days_off_is_paid_with_its_last_business_date(desk: Any) -> None:
    """31 July 2027 is a Saturday: Friday's night pays the whole month, and begins Monday the 2nd of August."""
    desk.begin(day="2027-07-30")
    account = desk.open_account(product="workdays")
    desk.put_in(account=account, amount=100_000_00 - desk.balance(account=account))
    desk.work_on_working_days(only=True)
    try:
        assert desk.close(through="2027-07-30")["closed"] == ["2027-07-30"]
    finally:
        desk.work_on_working_days(only=False)
    assert desk.day()["date"] == "2027-08-02"
    (paid,) = [row for row in desk.entries(account=account) if row[0] == "interest"]
    assert paid == ["interest", "2027-07-30", "2027-08-02", 30_00]  # Friday, Saturday, Sunday
