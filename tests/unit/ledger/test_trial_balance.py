"""The trial balance: each ledger account on its side, both sides equal."""

from __future__ import annotations

from arhan.ledger.domain.trial_balance import Turnover, draw_up


def test_balances_stand_on_their_side() -> None:
    (sheet,) = draw_up(
        [
            Turnover("NGN", "2010", debits=40, credits=100),
            Turnover("NGN", "1010", debits=100, credits=30),
            Turnover("NGN", "4020", debits=0, credits=10),
        ]
    )
    assert [
        (row.ledger_account.code, row.debit_balance, row.credit_balance, row.balance) for row in sheet.rows
    ] == [("1010", 70, 0, 70), ("2010", 0, 60, 60), ("4020", 0, 10, 10)]
    assert (sheet.debits, sheet.credits, sheet.balanced) == (70, 70, True)


def test_a_balance_on_the_other_side_is_negative() -> None:
    (sheet,) = draw_up([Turnover("NGN", "1010", debits=0, credits=5), Turnover("NGN", "2010", 5, 0)])
    assert [(row.debit_balance, row.credit_balance, row.balance) for row in sheet.rows] == [
        (0, 5, -5),
        (5, 0, -5),
    ]


def test_each_currency_has_a_sheet_of_its_own() -> None:
    sheets = draw_up(
        [Turnover("USD", "1010", 1, 0), Turnover("NGN", "1010", 2, 0), Turnover("NGN", "2010", 0, 2)]
    )
    assert [(sheet.currency, sheet.balanced) for sheet in sheets] == [("NGN", True), ("USD", False)]


def test_without_postings_there_is_no_sheet() -> None:
    assert draw_up([]) == []
