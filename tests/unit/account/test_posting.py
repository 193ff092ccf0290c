"""The money core, told in ledger text: the same scenarios run against the database in integration."""

from __future__ import annotations

import pytest

from arhan.account.domain.book import Book
from arhan.account.domain.posting import apply, draft
from arhan.account.errors.posting import PRECEDENCE, REFUSED_BY_DATABASE
from arhan.account.movements import credit, debit, transfer
from arhan.contracts.account import MovementCommand
from arhan.contracts.calendar import calendar_day
from arhan.kernel.money import Money
from tests.unit.account.books import START, PureBooks
from tests.unit.account.ledger_text import Scenario
from tests.unit.account.scenarios import REFUSALS, STORIES


@pytest.mark.parametrize("story", STORIES)
def test_story(story: str) -> None:
    Scenario(PureBooks()).run(STORIES[story])


@pytest.mark.parametrize("code", REFUSALS)
def test_refusal_moves_nothing(code: str) -> None:
    Scenario(PureBooks()).run(REFUSALS[code])


def test_every_refusal_has_its_row() -> None:
    codes = {refusal.code for refusal in PRECEDENCE if refusal is not REFUSED_BY_DATABASE}
    assert REFUSALS.keys() == codes
    for code, text in REFUSALS.items():
        assert text.strip().splitlines()[-1].split("#")[0].split()[-1] == code


def test_each_command_of_a_batch_sees_what_the_ones_before_it_left() -> None:
    books = PureBooks()
    Scenario(books).run("alice has NGN 100.00, bob has NGN 0.00, carol has NGN 0.00")
    money = Money(80_00, "NGN")
    outcomes = books.post(
        [
            transfer(id="k1", payer="alice", payee="bob", amount=money),
            transfer(id="k2", payer="alice", payee="carol", amount=money),
            transfer(id="k3", payer="bob", payee="carol", amount=money),
            transfer(id="k1", payer="alice", payee="bob", amount=money),
            transfer(id="k1", payer="bob", payee="alice", amount=money),
        ]
    )
    assert [(o.id, o.code or o.status, o.replayed) for o in outcomes] == [
        ("k1", "posted", False),
        ("k2", "insufficient_funds", False),
        ("k3", "posted", False),
        ("k1", "posted", True),
        ("k1", "id_used_for_other_movement", False),
    ]
    assert {name: a.balance for name, a in books.accounts.items()} == {
        "bank_cash_ngn": -100_00,
        "alice": 20_00,
        "bob": 0,
        "carol": 80_00,
    }


def test_a_refusal_says_whether_a_retry_may_help() -> None:
    books = PureBooks()
    Scenario(books).run("alice has NGN 1.00, bob has NGN 0.00")
    poor, nowhere = books.post(
        [
            transfer(id="k1", payer="alice", payee="bob", amount=Money(2_00, "NGN")),
            transfer(id="k2", payer="alice", payee="nobody", amount=Money(1_00, "NGN")),
        ]
    )
    assert (poor.code, poor.retryable) == ("insufficient_funds", True)
    assert poor.detail == "The account has less than that available."
    assert (nowhere.code, nowhere.retryable) == ("account_not_found", False)


def test_a_refused_id_may_be_used_again() -> None:
    Scenario(PureBooks()).run("""
        alice has NGN 10.00, bob has NGN 0.00
        transfer alice bob 20.00  k1  insufficient_funds
        transfer alice bob 10.00  k1  posted
    """)


def test_entries_carry_the_running_balance_in_the_order_of_the_postings() -> None:
    books = PureBooks()
    Scenario(books).run("alice has NGN 100.00, bob has NGN 0.00, fees has NGN 0.00")
    books.post(
        [
            MovementCommand(
                id="k1",
                kind="transfer",
                currency="NGN",
                postings=[
                    debit("alice", 30_00),
                    debit("alice", 50),
                    credit("bob", 30_00),
                    credit("fees", 50),
                ],
            )
        ]
    )
    assert [(e.side, e.amount, e.sequence, e.balance_after) for e in books.entries["alice"]] == [
        ("credit", 100_00, 1, 100_00),
        ("debit", 30_00, 2, 70_00),
        ("debit", 50, 3, 69_50),
    ]


def test_what_is_booked_late_in_the_evening_in_london_is_booked_tomorrow_in_lagos() -> None:
    late = START.replace(hour=23, minute=30)
    books = PureBooks(now=late)
    Scenario(books).run("alice has NGN 1.00, bob has NGN 0.00")
    command = transfer(id="k1", payer="alice", payee="bob", amount=Money(1, "NGN"))
    result = apply(
        book=Book(books.accounts), drafts=draft([command]), now=late, booking_date=calendar_day(late)
    )
    assert result.posted[0].booking_date.isoformat() == "2026-03-03"
    assert result.outcomes[0].posted_at == "2026-03-02T23:30:00.000000Z"
