"""The general ledger: the lines of an account, and what it begins and ends at."""

from __future__ import annotations

from datetime import UTC, date, datetime

from arhan.frontend.domain.general_ledger import Turnover, lines, turnover
from arhan.frontend.schemas.books import (
    JournalEntry,
    JournalLine,
    TrialBalance,
    TrialBalanceRow,
    TrialBalanceSheet,
)

DEPOSIT = JournalEntry(
    number=7,
    id="je_1",
    movement_id="pay_1",
    kind="deposit",
    currency="NGN",
    narration="",
    booking_date=date(2026, 5, 4),
    posted_at=datetime(2026, 5, 4, tzinfo=UTC),
    lines=[JournalLine("bank_cash_ngn", "1010", "debit", 500), JournalLine("acc_ada", "2020", "credit", 500)],
)


def sheet(debits: int, credits: int) -> TrialBalance:  # noqa: A002 - the bookkeeper's word
    row = TrialBalanceRow("1010", "Cash", "asset", debits, credits, max(0, debits - credits), 0)
    return TrialBalance([TrialBalanceSheet("NGN", [row], debits, credits, balanced=True)], balanced=True)


def test_a_ledger_account_shows_its_own_legs() -> None:
    (cash,) = lines([DEPOSIT], ledger_account="1010")
    assert (cash.account, cash.debit, cash.credit) == ("bank_cash_ngn", 500, 0)


def test_of_everything_both_legs_side_by_side() -> None:
    assert [(line.debit, line.credit) for line in lines([DEPOSIT], ledger_account="")] == [(500, 0), (0, 500)]


def test_one_customers_account_within_a_ledger_account() -> None:
    assert list(lines([DEPOSIT], ledger_account="2020", account="acc_bola")) == []


def test_opening_turnover_and_closing() -> None:
    found = turnover(sheet(1_000, 400), sheet(1_500, 900), ledger_account="1010", currency="NGN")
    assert found == Turnover(opening=600, debits=500, credits=500)
    assert found.closing == 600


def test_from_the_beginning_of_the_books() -> None:
    found = turnover(None, sheet(1_500, 900), ledger_account="1010", currency="NGN")
    assert (found.opening, found.closing) == (0, 600)


def test_an_account_nothing_was_booked_in() -> None:
    assert turnover(None, sheet(5, 0), ledger_account="5010", currency="USD") == Turnover(0, 0, 0)
