"""Interest from the entries to the books: earned by the night, paid with the month, exact to the minor unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        opened.offer(code="plain", terms={"tiers": [{"rate": 35_000}]})
        yield opened


def payable(desk: Any, name: str = "interest_payable") -> int:
    return int(desk.balance(account=f"bank_{name}_ngn"))


def test_savings_are_paid_on_the_last_day_of_the_month(desk: Any) -> None:
    desk.begin(day="2026-01-29")
    account = desk.open_account(product="plain")
    desk.put_in(account=account, amount=100_000_00 - desk.balance(account=account))
    desk.close(through="2026-01-31")
    assert desk.entries(account=account)[-1] == [
        "interest",
        "2026-01-31",
        "2026-02-01",
        28_77,  # 100,000.00 x 3.5 % x 3/365 = 28.767
    ]
    assert desk.sum_of_balances() == 0


def test_interest_bears_interest_from_the_day_after(desk: Any) -> None:
    desk.begin(day="2026-02-03")
    desk.offer(code="nightly", terms={"tiers": [{"rate": 365_000}], "capitalisation": "daily"})
    account = desk.open_account(product="nightly")
    desk.put_in(account=account, amount=1_000_000_00 - desk.balance(account=account))
    desk.close(through="2026-02-05")
    paid = [entry[1:] for entry in desk.entries(account=account) if entry[0] == "interest"]
    assert paid == [
        ["2026-02-03", "2026-02-04", 1_000_00],
        ["2026-02-04", "2026-02-05", 1_001_00],
        ["2026-02-05", "2026-02-06", 1_002_00],  # 1,002.001, with nothing left over from before
    ]


def test_tax_is_withheld_and_what_is_earned_is_what_is_owed(desk: Any) -> None:
    desk.begin(day="2026-06-29")
    owed, tax = payable(desk), payable(desk, "tax_payable")
    desk.offer(code="taxed", terms={"tiers": [{"rate": 120_000}], "withholding_tax": 100_000})
    account = desk.open_account(product="taxed")
    desk.put_in(account=account, amount=1_000_000_00 - desk.balance(account=account))
    desk.close(through="2026-06-29")
    assert payable(desk) - owed >= 328_77  # 1,000,000.00 x 12 % x 1/365 = 328.767
    desk.close(through="2026-06-30")
    assert desk.entries(account=account)[-1][3] == 657_53 - 65_75
    assert payable(desk, "tax_payable") == tax + 65_75
    assert desk.sum_of_balances() == 0


def test_an_entry_that_comes_late_is_counted_from_its_value_date(desk: Any) -> None:
    desk.begin(day="2026-03-28")
    prompt = desk.open_account(product="plain")
    late = desk.open_account(product="plain")
    desk.put_in(account=prompt, amount=500_000_00)
    desk.close(through="2026-03-29")
    desk.put_in(account=late, amount=500_000_00, value_date="2026-03-28")
    desk.close(through="2026-03-30")
    assert desk.accrued(account=prompt) == desk.accrued(account=late)
    desk.close(through="2026-03-31")
    assert desk.entries(account=prompt)[-1][3] == desk.entries(account=late)[-1][3]


def test_an_entry_of_a_day_to_come_waits_for_it(desk: Any) -> None:
    desk.begin(day="2026-03-01")
    account = desk.open_account(product="plain")
    desk.close(through="2026-03-01")
    a_day = desk.accrued(account=account)[0]
    desk.put_in(account=account, amount=365_000_00, value_date="2026-03-03")
    desk.close(through="2026-03-02")
    assert desk.accrued(account=account)[0] == 2 * a_day
    desk.close(through="2026-03-03")
    assert desk.accrued(account=account)[0] == 3 * a_day + 100_000 * 35_000 * 145_880_280


def test_an_overdraft_costs_interest_by_the_day(desk: Any) -> None:
    desk.begin(day="2026-04-29")
    terms = {"overdraft_limit": 100_000_00, "overdraft_rate": 240_000}
    desk.offer(code="dip", kind="current", terms=terms)
    account = desk.open_account(product="dip")
    shop = desk.open_account(product="plain")
    balance = desk.balance(account=account)
    assert desk.spend(payer=account, payee=shop, amount=balance + 50_000_00) == "2026-04-29"
    assert desk.spend(payer=account, payee=shop, amount=50_000_01) == "insufficient_funds"
    desk.close(through="2026-04-30")
    charged = desk.entries(account=account)[-1]
    assert charged == ["overdraft_interest", "2026-04-30", "2026-05-01", -65_75]  # 50,000 x 24 % x 2/365
    assert desk.sum_of_balances() == 0


def test_an_account_keeps_its_version_until_it_is_moved(desk: Any) -> None:
    desk.begin(day="2026-05-01")
    desk.offer(code="old", terms={"tiers": [{"rate": 36_500}]})
    account = desk.open_account(product="old")
    desk.put_in(account=account, amount=1_000_000_00 - desk.balance(account=account))
    desk.close(through="2026-05-01")
    desk.change_terms(code="old", terms={"tiers": [{"rate": 73_000}]})
    desk.close(through="2026-05-02")
    newer = desk.open_account(product="old")
    a_day = 100_00 * 145_880_280 * 10**6
    assert desk.accrued(account=account)[0] == 2 * a_day
    desk.put_in(account=newer, amount=1_000_000_00 - desk.balance(account=newer))
    desk.close(through="2026-05-03")
    assert desk.accrued(account=newer)[0] == 2 * a_day
    desk.move_accounts(code="old")
    desk.close(through="2026-05-04")
    assert desk.accrued(account=account)[0] == 5 * a_day


def test_closing_pays_the_interest_due_and_moves_what_is_left(desk: Any) -> None:
    desk.begin(day="2026-07-01")
    account = desk.open_account(product="plain", customer="usr_leaves")
    other = desk.open_account(product="plain", customer="usr_leaves")
    desk.put_in(account=account, amount=365_000_00 - desk.balance(account=account))
    desk.close(through="2026-07-02")
    assert desk.close_account(account=account, customer="usr_leaves") == {"refused": "account_not_empty"}
    assert desk.close_account(account=account, customer="usr_leaves", remainder_to=other) == "closed"
    assert desk.balance(account=account) == 0
    assert desk.balance(account=other) == 365_000_00 + 70_00
    desk.close(through="2026-07-03")
    assert desk.sum_of_balances() == 0


def test_who_leaves_a_fixed_deposit_early_loses_half_the_interest(desk: Any) -> None:
    desk.begin(day="2026-08-03")
    home = desk.open_account(product="current", customer="usr_hasty")
    desk.put_in(account=home, amount=2_000_000_00)
    before = desk.balance(account=home)
    deposit = desk.open_deposit(source=home, customer="usr_hasty", amount=1_000_000_00, months=12)
    desk.close(through="2026-08-06")
    owed = payable(desk)
    assert desk.close_account(account=deposit, customer="usr_hasty") == "closed"
    earned = round(1_000_000_00 * 0.11 * 4 / 365)
    gross = earned - round(earned / 2)
    assert desk.balance(account=home) == before + gross - (gross + 5) // 10
    assert payable(desk) == owed - earned


def test_an_account_waits_for_its_opening_deposit_and_sleeps_when_nobody_comes(desk: Any) -> None:
    desk.begin(day="2026-09-01")
    terms = {
        "opening_deposit": 500_000_00,
        "dormancy_days": 3,
        "fees": [{"event": "dormancy", "name": "Dormancy", "flat": 50_00}],
    }
    desk.offer(code="waits", kind="current", terms=terms)
    account = desk.open_account(product="waits", customer="usr_slow")
    other = desk.open_account(product="plain")
    assert desk.status(account=account) == "pending"
    assert desk.activate(account=account, customer="usr_slow") == {"refused": "opening_deposit_missing"}
    desk.put_in(account=account, amount=500_000_00)
    desk.close(through="2026-09-01")
    assert desk.status(account=account) == "active"
    desk.close(through="2026-09-04")
    assert desk.status(account=account) == "dormant"
    assert desk.spend(payer=account, payee=other, amount=1) == "account_frozen"
    assert desk.activate(account=account, customer="usr_slow") == "active"
    assert desk.spend(payer=account, payee=other, amount=1) == "2026-09-05"


def test_fees_fall_due_with_the_month_and_wait_for_the_money(desk: Any) -> None:
    desk.begin(day="2026-10-30")
    terms = {
        "fees": [
            {"event": "opening", "name": "Opening", "flat": 20_00},
            {"event": "maintenance", "name": "Maintenance", "flat": 100_00, "free_from": 1_000_000_00},
        ]
    }
    desk.offer(code="costs", kind="current", terms=terms)
    poor = desk.open_account(product="costs", customer="usr_poor")
    rich = desk.open_account(product="costs", customer="usr_rich")
    shop = desk.open_account(product="plain")
    desk.put_in(account=rich, amount=2_000_000_00)
    desk.spend(payer=poor, payee=shop, amount=desk.balance(account=poor))
    desk.close(through="2026-10-31")
    assert [entry[3] for entry in desk.entries(account=rich) if entry[0] == "fee"] == [-20_00]
    assert [entry[3] for entry in desk.entries(account=poor) if entry[0] == "fee"] == []
    desk.put_in(account=poor, amount=500_00)
    desk.close(through="2026-11-01")
    assert sorted(entry[3] for entry in desk.entries(account=poor) if entry[0] == "fee") == [-100_00, -20_00]
    desk.close(through="2026-11-02")
    assert desk.balance(account=poor) == 380_00


def test_every_product_through_thirty_one_nights(desk: Any) -> None:
    """January the 30th to March the 1st: a month ends, a deposit matures, and the books say what accounts say."""
    desk.begin(day="2026-01-30")
    who = "usr_everything"
    home = desk.open_account(product="current", customer=who)
    desk.put_in(account=home, amount=5_000_000_00)
    bonus = desk.balance(account=home) - 5_000_000_00
    savings = desk.open_account(product="savings", customer=who)
    premium = desk.open_account(product="premium", customer=who)
    dip = desk.open_account(product="overdraft", customer=who)
    pot = desk.open_pot(customer=who, goal=500_000_00)
    deposit = desk.open_deposit(source=home, customer=who, amount=1_000_000_00, months=1)
    for account in (savings, premium, pot):
        desk.spend(payer=home, payee=account, amount=365_000_00)
    assert desk.spend(payer=dip, payee=home, amount=36_500_00) == "2026-01-30"
    assert desk.spend(payer=deposit, payee=home, amount=1) == "account_frozen"
    assert desk.status(account=premium) == "pending"

    found = desk.close(through="2026-03-01")

    assert (len(found["closed"]), found["failure"]) == (31, "")
    assert desk.status(account=premium) == "active"
    assert interest_of(desk, savings) == [70_00, 980_19]  # 35.00 a day; 28 days of 365,070.00
    assert interest_of(desk, pot) == [90_00, 1_260_31]  # 50.00 a day; 1,400.35 less 140.04 of tax
    assert interest_of(desk, premium) == []  # by the quarter
    # 36,500.00 at 24 %, 50.00 of duty from the second day; then with the interest and the month's fee
    assert interest_of(desk, dip, kind="overdraft_interest") == [-48_03, -675_65]
    assert interest_of(desk, dip, kind="fee") == [-50_00, -100_00, -100_00]
    # the 28th of February is a Saturday: it ends on Monday the 2nd of March, after 31 days
    gross = 5_095_89
    assert interest_of(desk, deposit) == [gross - 509_59]
    assert desk.balance(account=deposit) == 0
    spent = 1_000_000_00 + 3 * 365_000_00 - 36_500_00
    assert desk.balance(account=home) == 5_000_000_00 + bonus - spent + 1_000_000_00 + gross - 509_59
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0
    before = desk.everything()
    assert desk.close(through="2026-03-01")["closed"] == []
    assert desk.everything() == before


def interest_of(desk: Any, account: str, *, kind: str = "interest") -> list[int]:
    return [entry[3] for entry in desk.entries(account=account) if entry[0] == kind]


def test_closing_days_twice_pays_nothing_twice(desk: Any) -> None:
    desk.begin(day="2026-12-31")
    account = desk.open_account(product="plain")
    desk.put_in(account=account, amount=1_000_000_00)
    desk.close(through="2026-12-31")
    before = desk.everything()
    desk.close(through="2026-12-31")
    assert desk.everything() == before
