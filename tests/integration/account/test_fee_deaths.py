"""A transfer and its fee in account's books: one commit, whatever dies around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arhan.account.movements import credit, debit
from arhan.account.service import posting
from arhan.account.store import posting as store
from arhan.contracts.account import MovementCommand

if TYPE_CHECKING:
    from tests.account_house import StoredBooks

WISH = MovementCommand(
    id="pay1",
    kind="transfer",
    currency="NGN",
    postings=[debit("payer", 31_50), credit("payee", 30_00), credit("fees", 1_00), credit("duty", 50)],
)
UNTOUCHED = {"payer": 100_00, "payee": 0, "fees": 0, "duty": 0}
MOVED = {"payer": 68_50, "payee": 30_00, "fees": 1_00, "duty": 50}


class _Died(BaseException):
    """As a process does: nobody catches it."""


def opened(books: StoredBooks) -> StoredBooks:
    """The payer has 100.00."""
    for name in ("payer", "payee"):
        books.open_account(name)
    for name in ("fees", "duty", "cash"):
        books.open_account(name, floor=None)
    cash = [debit("cash", 100_00), credit("payer", 100_00)]
    (outcome,) = books.post([MovementCommand(id="cash1", kind="deposit", currency="NGN", postings=cash)])
    assert outcome.status == "posted"
    return books


def balances(books: StoredBooks) -> dict[str, int]:
    found = books.snapshot().accounts
    return {name: found[name].balance for name in UNTOUCHED}


@pytest.mark.parametrize("what", ["ask_for_book", "write"])
def test_who_dies_before_the_commit_has_moved_nothing(
    books: StoredBooks, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    opened(books)
    real = getattr(store, what)

    def die(*words: Any) -> None:
        real(*words)
        raise _Died

    with monkeypatch.context() as dying:
        dying.setattr(store, what, die)
        with pytest.raises(_Died):
            books.post([WISH])
    assert balances(books) == UNTOUCHED
    books.writer.close()
    (outcome,) = books.post([WISH])
    assert (outcome.status, outcome.replayed, balances(books)) == ("posted", False, MOVED)


def test_who_dies_behind_the_commit_has_moved_both_once(
    books: StoredBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(books)

    def die(name: str) -> None:
        raise _Died(name)

    with monkeypatch.context() as dying:
        dying.setattr(posting, "failpoint", die)
        with pytest.raises(_Died, match=r"account\.committed"):
            books.post([WISH])
    assert balances(books) == MOVED
    books.writer.close()
    (outcome,) = books.post([WISH])
    assert (outcome.status, outcome.replayed, balances(books)) == ("posted", True, MOVED)


def test_without_money_for_the_fee_nothing_moves(books: StoredBooks) -> None:
    opened(books)
    books.post(
        [
            MovementCommand(
                id="pay0",
                kind="transfer",
                currency="NGN",
                postings=[debit("payer", 68_51), credit("payee", 68_51)],
            )
        ]
    )
    (outcome,) = books.post([WISH])
    assert outcome.code == "insufficient_funds"
    assert balances(books) == {"payer": 31_49, "payee": 68_51, "fees": 0, "duty": 0}
