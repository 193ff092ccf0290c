"""A loan's life over the real database, from application to the last kobo; payment is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.loan_desk import LoanDesk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def desk(account_environment: dict[str, str]) -> Iterator[Any]:
    with LoanDesk.open(account_environment) as opened:
        yield opened


def test_a_loan_paid_as_agreed_is_collected_month_by_month_and_closed(desk: Any) -> None:
    desk.go_to(day="2026-01-31")
    lent = desk.lend(amount=100_000_00, months=3)
    started = desk.look(loan=lent["loan"])
    assert started["state"] == "active"
    assert [row["due_on"] for row in started["rows"]] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert [row["due"] for row in started["rows"]] == [3400221, 3400221, 3400222]
    assert desk.balance(account=lent["account"]) == 100_000_00 + 100_000
    desk.put_in(account=lent["account"], amount=50_000_00)
    for day in ("2026-02-14", "2026-02-28", "2026-03-01", "2026-03-31", "2026-04-30"):
        desk.go_to(day=day)
        desk.close_day()
        desk.tie()
    ended = desk.look(loan=lent["loan"])
    assert ended["state"] == "closed"
    assert ended["principal_owed"] == 0
    assert {row["state"] for row in ended["rows"]} == {"paid"}
    assert [happening["what"] for happening in ended["happenings"]] == [
        "applied",
        "approved",
        "accepted",
        "disbursed",
        "repaid",
    ]
    assert desk.balance(account=lent["account"]) == 50_000_00 + 100_000 - ended["interest_accrued"]


def test_a_missed_instalment_costs_a_penalty_and_is_tried_again_next_day(desk: Any) -> None:
    desk.go_to(day="2026-05-01")
    lent = desk.lend(amount=60_000_00, months=6)
    loan = lent["loan"]
    desk.go_to(day="2026-05-02")
    spent = desk.balance(account=lent["account"])
    other = desk.open_account()
    desk.spend(payer=lent["account"], payee=other["account"], amount=spent)
    for day in ("2026-06-01", "2026-06-02", "2026-06-05"):
        desk.go_to(day=day)
        desk.close_day()
        desk.close_day()
        desk.tie()
    late = desk.look(loan=loan)
    row = late["rows"][0]
    assert (late["days_past_due"], late["bucket"]) == (1, "1-30")
    assert row["penalties"] == round((row["principal"] + row["interest"]) / 100)
    tries = [p for p in late["payments"] if p["kind"] == "instalment"]
    assert [(p["asked_on"], p["state"], p["code"]) for p in tries] == [
        (day, "failed", "insufficient_funds") for day in ("2026-06-01", "2026-06-02", "2026-06-05")
    ]
    desk.put_in(account=lent["account"], amount=row["due"])
    desk.go_to(day="2026-06-06")
    desk.close_day()
    desk.tie()
    caught_up = desk.look(loan=loan)
    assert (caught_up["days_past_due"], caught_up["bucket"]) == (0, "current")
    assert caught_up["rows"][0]["state"] == "paid"
    assert desk.balance(account=lent["account"]) == 0


def test_an_early_repayment_makes_instalments_smaller_or_fewer(desk: Any) -> None:
    desk.go_to(day="2026-07-01")
    smaller = desk.lend(amount=120_000_00, months=12)
    fewer = desk.lend(amount=120_000_00, months=12)
    instalment = desk.look(loan=smaller["loan"])["rows"][0]["due"]
    desk.go_to(day="2026-07-16")
    who = ("loan", "customer")
    asked = {"amount": 40_000_00}
    desk.repay(**{k: smaller[k] for k in who}, **asked, effect="reduce_instalment")
    desk.repay(**{k: fewer[k] for k in who}, **asked, effect="reduce_term")
    desk.tie()
    coming = [row for row in desk.look(loan=smaller["loan"])["rows"] if row["state"] == "coming"]
    assert len(coming) == 12
    assert coming[0]["due"] < instalment * 0.7
    coming = [row for row in desk.look(loan=fewer["loan"])["rows"] if row["state"] == "coming"]
    assert len(coming) == 8
    assert coming[0]["due"] == instalment


def test_a_payoff_closes_the_loan_and_nothing_else_does(desk: Any) -> None:
    desk.go_to(day="2026-07-01")
    lent = desk.lend(amount=120_000_00, months=12, balance=10_000_00)
    loan, customer = lent["loan"], lent["customer"]
    promised = desk.payoff(loan=loan, on="2026-07-16")
    desk.go_to(day="2026-07-16")
    payoff = desk.payoff(loan=loan)
    assert payoff == promised == {"principal": 120_000_00, "interest": 58065, "total": 120_580_65}
    too_much = desk.repay(loan=loan, customer=customer, amount=payoff["total"] + 1, effect="reduce_term")
    assert too_much == {"refused": "repayment_too_large", "most": payoff["total"]}
    too_little = desk.repay(loan=loan, customer=customer, amount=58065, effect="reduce_term")
    assert too_little == {"refused": "repayment_too_small", "least": 58066}
    stranger = desk.repay(loan=loan, customer="usr_stranger", amount=1, effect="reduce_term")
    assert stranger == {"refused": "not_found"}
    done = desk.repay(loan=loan, customer=customer, amount=payoff["total"], effect="reduce_term")
    assert done == {"state": "paid", "code": "", "returned": 0}
    desk.tie()
    ended = desk.look(loan=loan)
    assert (ended["state"], ended["interest_accrued"]) == ("closed", 58065)
    assert [row["kind"] for row in ended["rows"]] == ["payoff"]


def test_nobody_decides_on_their_own_loan_and_nothing_happens_twice(desk: Any) -> None:
    desk.go_to(day="2026-07-01")
    borrower = desk.open_account()
    loan = desk.apply(**borrower, amount=10_000_00, months=1)
    assert desk.approve(loan=loan, officer=borrower["customer"]) == {"refused": "second_person_needed"}
    assert desk.accept(loan=loan, customer=borrower["customer"]) == {"refused": "loan_not_in_state"}
    assert desk.approve(loan=loan) == "offered"
    assert desk.approve(loan=loan) == {"refused": "loan_not_in_state"}
    assert desk.accept(loan=loan, customer="usr_stranger") == {"refused": "not_found"}
    desk.accept(loan=loan, customer=borrower["customer"])
    assert desk.accept(loan=loan, customer=borrower["customer"]) == {"refused": "loan_not_in_state"}
    assert desk.balance(account=borrower["account"]) == 10_000_00 + 100_000


def test_an_offer_lapses(desk: Any) -> None:
    desk.go_to(day="2026-07-01")
    borrower = desk.open_account()
    loan = desk.apply(**borrower, amount=10_000_00, months=1)
    desk.approve(loan=loan)
    desk.go_to(day="2026-07-16")
    assert desk.accept(loan=loan, customer=borrower["customer"]) == {"refused": "offer_lapsed"}
    desk.close_day()
    assert desk.look(loan=loan)["state"] == "lapsed"


def test_while_payment_is_silent_nothing_is_lost_and_later_nothing_doubled(desk: Any) -> None:
    desk.go_to(day="2026-07-01")
    borrower = desk.open_account()
    loan = desk.apply(**borrower, amount=10_000_00, months=1)
    desk.approve(loan=loan)
    desk.fall_silent(on=True)
    desk.accept(loan=loan, customer=borrower["customer"])
    assert desk.look(loan=loan)["state"] == "accepted"
    desk.fall_silent(on=False)
    desk.go_to(day="2026-07-02")
    desk.close_day()
    desk.close_day()
    desk.tie()
    paid_out = desk.look(loan=loan)
    assert (paid_out["state"], paid_out["disbursed_on"]) == ("active", "2026-07-02")
    assert desk.balance(account=borrower["account"]) == 10_000_00 + 100_000
