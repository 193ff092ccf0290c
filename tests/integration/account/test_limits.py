"""Limits over a real database: nobody passes one, however many pay at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from arhan.account.movements import transfer
from arhan.account.service.posting import Writer
from arhan.kernel.money import Money
from tests.unit.account.ledger_text import Scenario

if TYPE_CHECKING:
    from tests.account_house import StoredBooks

AT_ONCE = 50


@pytest.mark.parametrize("limited", ["day", "month"])
def test_fifty_payments_at_once_from_as_many_writers_do_not_pass_a_limit(
    books: StoredBooks, limited: str
) -> None:
    Scenario(books).run(f"""
        alice has NGN 1000.00, bob has NGN 0.00
        limit alice {limited} 70.00
    """)
    together = Barrier(AT_ONCE)

    def pay(number: int) -> str:
        command = transfer(id=f"k{number}", payer="alice", payee="bob", amount=Money(10_00, "NGN"))
        with Writer(books.url, now=lambda: books.now) as writer:
            writer.post([])
            together.wait(timeout=60)
            (outcome,) = writer.post([books.renamed(command)])
        return outcome.code or outcome.status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sorted(pool.map(pay, range(AT_ONCE)))
    assert answers == [f"limit_{limited}"] * 43 + ["posted"] * 7
    Scenario(books).run("balances alice 930.00 bob 70.00")


def test_a_refusal_says_how_high_the_limit_is_and_what_is_left(books: StoredBooks) -> None:
    Scenario(books).run("""
        alice has NGN 100.00, bob has NGN 0.00
        limit alice day 50.00
        transfer alice bob 20.00 k1 posted
    """)
    (outcome,) = books.post([transfer(id="k2", payer="alice", payee="bob", amount=Money(30_01, "NGN"))])
    assert (outcome.code, outcome.limit, outcome.left) == ("limit_day", 50_00, 30_00)


def test_a_payer_is_not_told_what_the_payee_may_hold(books: StoredBooks) -> None:
    Scenario(books).run("""
        alice has NGN 60000.00, bob has NGN 0.00
        tier bob 1
    """)
    (outcome,) = books.post([transfer(id="k1", payer="alice", payee="bob", amount=Money(50_000_01, "NGN"))])
    assert (outcome.code, outcome.limit, outcome.left) == ("limit_deposit", None, None)
