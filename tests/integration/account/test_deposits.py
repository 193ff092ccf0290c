"""Fixed-term deposits to their end and beyond it: paid out, renewed, broken, frozen; exact to the kobo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACED = 10_000_000
"""NGN 100,000.00 for a month at 6 %, taxed by a tenth."""


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    """Leaves no deposit running: what it pays at its end would be in the nights of others."""
    with CobDesk.open(night) as opened:
        yield opened
        opened.forget_deposits()


def placed(desk: Any, *, at_maturity: str = "pay_out", months: int = 1) -> tuple[str, str, str]:
    """Customer, the account it came from with nothing left, and the deposit."""
    home = desk.open_account(product="current")
    ((customer,),) = desk.select(query="SELECT customer FROM account WHERE id = %s", values=[home])
    desk.put_in(account=home, amount=PLACED - desk.balance(account=home))
    deposit = desk.open_deposit(
        source=home, customer=customer, amount=PLACED, months=months, at_maturity=at_maturity
    )
    return customer, home, deposit


def term(desk: Any, deposit: str) -> list[Any]:
    """State, principal, begin and end."""
    (row,) = desk.select(
        query="SELECT state, principal, begins_on::text, matures_on::text FROM term_deposit WHERE account = %s",
        values=[deposit],
    )
    return list(row)


def test_each_instruction_for_the_end_and_the_end_after_it(desk: Any) -> None:
    """A month from 5 March ends on Easter Sunday, and the Monday after it is a holiday: so on the 7th of April."""
    desk.begin(day="2026-03-02")
    _, out_home, out = placed(desk)
    _, part_home, part = placed(desk, at_maturity="renew_principal")
    customer, all_home, all_ = placed(desk, at_maturity="renew_all")
    assert term(desk, out) == ["running", PLACED, "2026-03-02", "2026-04-02"]
    for deposit in (out, part, all_):
        desk.let_end(deposit=deposit, day="2026-03-05")

    desk.close(through="2026-03-03")
    assert {desk.balance(account=each) for each in (out_home, part_home, all_home)} == {0}
    desk.close(through="2026-03-04")

    first = 4_932 - 493  # 100,000.00 x 6 % x 3/365 = 49.315; a tenth of it is tax
    assert (desk.balance(account=out_home), desk.balance(account=out)) == (PLACED + first, 0)
    assert term(desk, out)[0] == "matured"
    assert (desk.balance(account=part_home), desk.balance(account=part)) == (first, PLACED)
    assert term(desk, part) == ["running", PLACED, "2026-03-05", "2026-04-07"]
    assert (desk.balance(account=all_home), desk.balance(account=all_)) == (0, PLACED + first)
    assert term(desk, all_) == ["running", PLACED + first, "2026-03-05", "2026-04-07"]
    assert desk.spend(payer=all_, payee=out_home, amount=1) == "account_frozen"

    before = desk.everything()
    assert desk.close(through="2026-03-04")["closed"] == []
    assert desk.everything() == before

    desk.close(through="2026-03-06")
    assert desk.close_account(account=all_, customer=customer) == "closed"
    early = 3_289  # 100,044.39 x 6 % x 2/365 = 32.891, less the half kobo that was rounded up before
    gross = early - 1_645  # half of it is lost, the odd kobo with it
    assert desk.balance(account=all_home) == PLACED + first + gross - 164
    assert term(desk, all_)[0] == "broken"

    desk.let_end(deposit=part, day="2026-03-09")
    desk.close(through="2026-03-08")
    second = 6_575 - 658  # 100,000.00 x 6 % x 4/365 = 65.753, less a tenth
    assert (desk.balance(account=part_home), desk.balance(account=part)) == (first + second, PLACED)
    assert term(desk, part) == ["running", PLACED, "2026-03-09", "2026-04-09"]
    assert desk.balance(account=out_home) == PLACED + first
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0


def test_nobody_gets_at_a_deposit_by_freezing_and_unfreezing_it(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    customer, home, deposit = placed(desk)
    for by in (customer, "staff"):
        desk.freeze(account=deposit, by=by)
        assert desk.unfreeze(account=deposit, by=by) == "active"
        assert desk.spend(payer=deposit, payee=home, amount=1) == "account_frozen"
        desk.freeze(account=deposit, by=by, side="credit")
        assert desk.spend(payer=deposit, payee=home, amount=1) == "account_frozen"
        desk.unfreeze(account=deposit, by=by)


def test_a_deposit_the_bank_froze_is_not_paid_out_by_its_end(desk: Any) -> None:
    desk.begin(day="2026-03-30")
    _, home, deposit = placed(desk)
    desk.freeze(account=deposit, by="staff", side="both")
    desk.let_end(deposit=deposit, day="2026-04-01")
    assert desk.close(through="2026-04-01")["failure"] == ""
    assert (desk.balance(account=home), term(desk, deposit)[0]) == (0, "running")
    desk.unfreeze(account=deposit, by="staff")
    desk.close(through="2026-04-02")
    gross = 6_575  # it earned while it waited: 100,000.00 x 6 % x 4/365
    assert (desk.balance(account=home), term(desk, deposit)[0]) == (PLACED + gross - 658, "matured")


def test_an_account_that_takes_no_money_does_not_keep_the_day_from_ending(desk: Any) -> None:
    desk.begin(day="2026-03-30")
    customer, home, deposit = placed(desk)
    desk.freeze(account=home, by=customer, side="credit")
    desk.let_end(deposit=deposit, day="2026-03-31")
    assert desk.close(through="2026-03-30") == {"closed": ["2026-03-30"], "failure": "", "unfinished": False}
    paid = PLACED + 1_644 - 164
    assert (desk.balance(account=home), desk.balance(account=deposit)) == (0, paid)
    assert term(desk, deposit)[0] == "matured"
    desk.close(through="2026-03-31")
    assert desk.accrued(account=deposit)[0] < 10**15  # it earns nothing any more but what rounding left
    desk.unfreeze(account=home, by=customer)
    assert desk.spend(payer=deposit, payee=home, amount=1) == "2026-04-01"
    assert desk.close_account(account=deposit, customer=customer, remainder_to=home) == "closed"
    assert desk.balance(account=home) == paid
    assert desk.sum_of_balances() == 0
    assert desk.untied() == []


def test_staff_close_what_is_frozen_on_both_sides_with_its_interest(desk: Any) -> None:
    desk.begin(day="2026-03-30")
    _, home, deposit = placed(desk)
    desk.close(through="2026-03-30")
    desk.freeze(account=deposit, by="staff", side="both")
    assert desk.close_account(account=deposit, customer="staff") == "closed"
    assert desk.balance(account=home) == PLACED + 822 - 82  # half of 16.44, less a tenth
    assert desk.balance(account=deposit) == 0
