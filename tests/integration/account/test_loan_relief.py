"""Loans that are not paid as agreed, over the real database; payment is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.loan_desk import LoanDesk

if TYPE_CHECKING:
    from collections.abc import Iterator


ALLOWANCE, LOSSES = "bank_loan_allowance_ngn", "bank_loan_losses_ngn"


@pytest.fixture(scope="module")
def desk(account_environment: dict[str, str]) -> Iterator[Any]:
    with LoanDesk.open(account_environment) as opened:
        yield opened


def broke(desk: Any, *, day: str, amount: int, months: int) -> dict[str, str]:
    """Somebody who borrowed and spent it all."""
    desk.go_to(day=day)
    lent: dict[str, str] = desk.lend(amount=amount, months=months)
    shop = desk.open_account()["account"]
    desk.spend(payer=lent["account"], payee=shop, amount=desk.balance(account=lent["account"]))
    return lent


def loans_in(desk: Any, bucket: str) -> int:
    """How many loans are this late, by the report of what to set aside."""
    return sum(line["loans"] for line in desk.provisions() if line["bucket"] == bucket)


def test_in_a_pause_nothing_is_collected_and_no_day_is_late(desk: Any) -> None:
    lent = broke(desk, day="2027-01-01", amount=60_000_00, months=6)
    closing = desk.close_account(account=lent["account"], customer=lent["customer"])
    assert closing == {"refused": "loan_under_way"}
    desk.go_to(day="2027-01-20")
    desk.pause(loan=lent["loan"], until="2027-02-28")
    for day in ("2027-02-01", "2027-02-20"):
        desk.go_to(day=day)
        desk.close_day()
    paused = desk.look(loan=lent["loan"])
    assert (paused["days_past_due"], paused["bucket"]) == (0, "current")
    assert [p["kind"] for p in paused["payments"]] == ["disbursement"]
    desk.go_to(day="2027-03-05")
    desk.close_day()
    after = desk.look(loan=lent["loan"])
    assert after["days_past_due"] == 2  # five days after the pause, three of them in grace
    desk.tie()


def test_a_reschedule_asks_for_the_same_money_later_and_waives_penalties(desk: Any) -> None:
    lent = broke(desk, day="2027-01-01", amount=60_000_00, months=6)
    for day in ("2027-02-01", "2027-02-10"):
        desk.go_to(day=day)
        desk.close_day()
    before = desk.look(loan=lent["loan"])
    assert before["days_past_due"] == 6
    penalty = before["rows"][0]["penalties"]
    owed = desk.payoff(loan=lent["loan"])
    done = desk.reschedule(loan=lent["loan"], months=12, first_due_on="2027-03-10")
    assert done == {"principal": 60_000_00, "waived": penalty}
    desk.tie()
    after = desk.look(loan=lent["loan"])
    assert (after["days_past_due"], after["bucket"]) == (0, "current")
    assert desk.payoff(loan=lent["loan"])["total"] == owed["total"] - penalty
    desk.put_in(account=lent["account"], amount=80_000_00)
    for month in range(3, 13):
        desk.go_to(day=f"2027-{month:02}-10")
        desk.close_day()
        desk.tie()
    for day in ("2028-01-10", "2028-02-10"):
        desk.go_to(day=day)
        desk.close_day()
    assert desk.look(loan=lent["loan"])["state"] == "closed"
    desk.tie()


def test_what_is_written_off_is_a_loss_and_what_is_paid_after_it_a_recovery(desk: Any) -> None:
    lent = broke(desk, day="2027-01-01", amount=60_000_00, months=6)
    for day in ("2027-02-01", "2027-02-10", "2027-06-10"):
        desk.go_to(day=day)
        desk.close_day()
    late = desk.look(loan=lent["loan"])
    assert late["bucket"] == "90+"
    very_late = loans_in(desk, "90+")
    owed = desk.payoff(loan=lent["loan"])["total"]
    assert desk.balance(account=ALLOWANCE) == sum(line["provision"] for line in desk.provisions())
    allowance, losses = desk.balance(account=ALLOWANCE), desk.balance(account=LOSSES)
    alone = desk.write_off(loan=lent["loan"], agreed_by="usr_officer")
    assert alone == {"refused": "second_person_needed"}
    assert desk.look(loan=lent["loan"])["state"] == "active"
    assert desk.write_off(loan=lent["loan"]) == {"written_off": owed}
    assert allowance - desk.balance(account=ALLOWANCE) == owed
    assert desk.balance(account=LOSSES) == losses  # it was an expense when it was set aside
    assert loans_in(desk, "90+") == very_late - 1
    desk.tie()
    assert desk.write_off(loan=lent["loan"]) == {"refused": "loan_not_in_state"}
    desk.put_in(account=lent["account"], amount=owed)
    asked = {"loan": lent["loan"], "customer": lent["customer"]}
    recovered = desk.balance(account="bank_recoveries_ngn")
    assert desk.repay(**asked, amount=owed - 100)["state"] == "paid"
    assert desk.repay(**asked, amount=101) == {"refused": "repayment_too_large"}
    assert desk.balance(account="bank_recoveries_ngn") - recovered == owed - 100
    assert desk.look(loan=lent["loan"])["state"] == "written_off"
    desk.tie()


def test_a_loan_late_for_long_is_a_loss_and_is_collected_all_the_same(desk: Any) -> None:
    lent = broke(desk, day="2027-01-01", amount=60_000_00, months=12)
    for day in ("2027-02-01", "2027-02-10", "2027-08-03"):
        desk.go_to(day=day)
        desk.close_day()
    assert desk.look(loan=lent["loan"])["state"] == "active"  # 183 days, three of them of grace
    desk.go_to(day="2027-08-04")
    owed = desk.payoff(loan=lent["loan"])["total"]
    allowance = desk.balance(account=ALLOWANCE)
    desk.close_day()
    lost = desk.look(loan=lent["loan"])
    assert (lost["state"], lost["written_off"], lost["recovered"]) == ("charged_off", owed, 0)
    assert sum(row["due"] - row["paid"] for row in lost["rows"]) == owed
    assert {row["state"] for row in lost["rows"]} <= {"late", "due"}
    assert desk.balance(account=ALLOWANCE) < allowance
    desk.tie()
    desk.go_to(day="2027-12-01")
    desk.close_day()
    assert desk.payoff(loan=lent["loan"])["total"] == owed  # it earns nothing any more
    recovered = desk.balance(account="bank_recoveries_ngn")
    desk.put_in(account=lent["account"], amount=owed + 5_00)
    for day in ("2027-12-02", "2027-12-03"):
        desk.go_to(day=day)
        desk.close_day()
    assert desk.look(loan=lent["loan"])["state"] == "closed"
    assert desk.balance(account="bank_recoveries_ngn") - recovered == owed
    assert desk.balance(account=lent["account"]) == 5_00
    desk.tie()


def test_two_officers_take_a_loss_early_and_may_give_it_up_later(desk: Any) -> None:
    lent = broke(desk, day="2027-01-01", amount=60_000_00, months=6)
    desk.go_to(day="2027-03-01")
    desk.close_day()
    owed = desk.payoff(loan=lent["loan"])["total"]
    assert desk.charge_off(loan=lent["loan"]) == {"written_off": owed}
    assert desk.charge_off(loan=lent["loan"]) == {"refused": "loan_not_in_state"}
    desk.tie()
    assert desk.write_off(loan=lent["loan"]) == {"written_off": owed}
    assert desk.look(loan=lent["loan"])["state"] == "written_off"
    desk.tie()
