"""Limits over a real database: nobody passes one, however many pay at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from arhan.account.movements import transfer
from arhan.account.service.business_day import booking_on
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


def test_two_accounts_at_once_do_not_pass_what_the_law_allows_their_customer(books: StoredBooks) -> None:
    """Each account has room for all of it; the customer, in the second tier, for NGN 200,000.00."""
    Scenario(books).run("""
        alice has NGN 500000.00, savings has NGN 500000.00, bob has NGN 0.00
        together ada alice savings
        tier alice 2
        tier savings 2
    """)
    together = Barrier(AT_ONCE)

    def pay(number: int) -> list[str]:
        """A batch of two payments, each from another account; in the other order every second time."""
        payers = ("alice", "savings") if number % 2 else ("savings", "alice")
        amount = Money(9_000_00, "NGN")
        commands = [
            books.renamed(transfer(id=f"{payer}-{number}", payer=payer, payee="bob", amount=amount))
            for payer in payers
        ]
        with Writer(books.url, now=lambda: books.now) as writer:
            writer.post([])
            together.wait(timeout=60)
            return [outcome.code or outcome.status for outcome in writer.post(commands)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sorted(code for codes in pool.map(pay, range(AT_ONCE)) for code in codes)
    assert answers == ["limit_day"] * 78 + ["posted"] * 22
    Scenario(books).run("paid-by ada 198000.00")
    assert books.snapshot().accounts["bob"].balance == 198_000_00


def test_what_a_night_books_on_the_day_before_gives_no_second_day(books: StoredBooks) -> None:
    """Interest of a day that closes may come after payments of the next: these still count."""
    Scenario(books).run("""
        alice has NGN 100.00, bob has NGN 0.00
        limit alice day 10.00
        transfer alice bob 10.00 k1 posted
    """)
    with booking_on(books.now.date() - timedelta(days=1)):
        Scenario(books).run("transfer bob alice 1.00 i1 refund posted")
    Scenario(books).run("""
        spent alice 10.00
        transfer alice bob 0.01 k2 limit_day
    """)
