"""The writer among others: rivals for the same rows, a database that goes away, a neighbour it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

import msgspec
import psycopg
import pytest

from arhan.account.movements import transfer
from arhan.account.service import posting
from arhan.account.service.posting import Writer
from arhan.kernel.errors import Refused
from arhan.kernel.money import Money
from tests.unit.account.books import START, check_invariants
from tests.unit.account.ledger_text import Scenario

if TYPE_CHECKING:
    from arhan.contracts.account import Command
    from tests.account_house import StoredBooks

KOBO = Money(1, "NGN")


def make_transfer(books: StoredBooks, name: str, payer: str, payee: str) -> Command:
    return books.renamed(transfer(id=name, payer=payer, payee=payee, amount=KOBO))


def test_rivals_on_the_same_accounts_lose_and_double_nothing(books: StoredBooks) -> None:
    """Four writers pay in circles on three accounts, every batch sent twice, each in its own order."""
    Scenario(books).run("alice has NGN 10.00, bob has NGN 10.00, carol has NGN 10.00")
    circle = [("alice", "bob"), ("bob", "carol"), ("carol", "alice")]
    numbers = count()
    batches = [
        [make_transfer(books, f"n{next(numbers)}", *circle[(turn + place) % 3]) for place in range(20)]
        for turn in range(24)
    ]

    def work(rival: int) -> list[str]:
        with Writer(books.url, now=lambda: START) as writer:
            return [o.status for batch in batches[rival::4] * 2 for o in writer.post(batch)]

    with ThreadPoolExecutor(4) as rivals:
        statuses = [status for found in rivals.map(work, range(4)) for status in found]
    assert statuses == ["posted"] * (24 * 20 * 2)
    after = books.snapshot()
    check_invariants(after)
    assert len(after.posted) == 24 * 20 + 3
    assert {name: after.accounts[name].balance for name in ("alice", "bob", "carol")} == {
        "alice": 10_00,
        "bob": 10_00,
        "carol": 10_00,
    }


def test_the_same_ids_sent_by_everybody_at_once_are_posted_once(books: StoredBooks) -> None:
    Scenario(books).run("alice has NGN 10.00, bob has NGN 0.00")
    batch = [make_transfer(books, f"n{number}", "alice", "bob") for number in range(50)]

    def work(rival: int) -> int:
        with Writer(books.url, now=lambda: START) as writer:
            outcomes = writer.post(batch if rival % 2 else batch[::-1])
            assert {outcome.status for outcome in outcomes} == {"posted"}
            return sum(not outcome.replayed for outcome in outcomes)

    with ThreadPoolExecutor(6) as rivals:
        fresh = sum(rivals.map(work, range(6)))
    assert fresh == 50
    assert books.snapshot().accounts["bob"].balance == 50


def test_a_command_the_database_cannot_keep_does_not_take_its_neighbours_down(books: StoredBooks) -> None:
    Scenario(books).run("alice has NGN 10.00, bob has NGN 0.00")
    batch = [make_transfer(books, f"n{number}", "alice", "bob") for number in range(9)]
    batch[4] = msgspec.structs.replace(batch[4], narration="\0")
    outcomes = books.writer.post(batch)
    assert [outcome.code for outcome in outcomes] == [""] * 4 + ["refused_by_database"] + [""] * 4
    assert books.snapshot().accounts["bob"].balance == 8
    assert books.plain(batch[4].id) not in books.snapshot().posted


def test_a_lost_connection_is_made_anew(books: StoredBooks, account_environment: dict[str, str]) -> None:
    Scenario(books).run("alice has NGN 10.00, bob has NGN 0.00")
    with psycopg.connect(account_environment["TEST_SUPERUSER_URL"], autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'account-engine'"
        )
    (outcome,) = books.writer.post([make_transfer(books, "k1", "alice", "bob")])
    assert (outcome.status, outcome.replayed) == ("posted", False)


def test_a_connection_lost_after_the_commit_posts_nothing_twice(
    books: StoredBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether a commit that got no answer happened; the id does."""
    Scenario(books).run("alice has NGN 10.00, bob has NGN 0.00")
    deaths = iter([True])
    post_once = Writer._post_once

    def die_after_commit(self: Writer, commands: list[Command]) -> object:
        outcomes = post_once(self, commands)
        if next(deaths, False):
            message = "server closed the connection unexpectedly"
            raise psycopg.OperationalError(message)
        return outcomes

    monkeypatch.setattr(Writer, "_post_once", die_after_commit)
    (outcome,) = books.writer.post([make_transfer(books, "k1", "alice", "bob")])
    assert (outcome.status, outcome.replayed) == ("posted", True)
    assert books.snapshot().accounts["bob"].balance == 1


def test_a_row_somebody_will_not_let_go_of_is_not_waited_for_for_ever(
    books: StoredBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    Scenario(books).run("alice has NGN 10.00, bob has NGN 0.00")
    monkeypatch.setattr(posting, "LOCK_TIMEOUT_S", 0.05)
    books.writer.close()
    with psycopg.connect(books.url) as selfish:
        selfish.execute("SELECT 1 FROM balance WHERE account = %s FOR UPDATE", (books.prefix + "bob",))
        with pytest.raises(Refused) as refused:
            books.writer.post([make_transfer(books, "k1", "alice", "bob")])
    assert refused.value.refusal.code == "service_unavailable"
    (outcome,) = books.writer.post([make_transfer(books, "k1", "alice", "bob")])
    assert (outcome.status, outcome.replayed) == ("posted", False)
