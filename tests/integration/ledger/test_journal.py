"""The journal: what the ledger writes down, and what its database refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from arhan.kernel.inbox import Batch

if TYPE_CHECKING:
    from tests.ledger_house import House


@pytest.fixture
def house(house: House) -> House:
    """Alice and Bob have accounts; the bank gave Alice NGN 1,000.00."""
    house.hear(
        house.books.open("alice", customer="usr_alice"),
        house.books.open("bob", customer="usr_bob"),
        house.books.open("marketing", ledger_account="5020"),
        house.books.transfer("marketing", "alice", 100_000, kind="bonus"),
    )
    return house


def test_a_movement_becomes_an_entry_with_its_lines(house: House) -> None:
    paid = house.books.transfer("alice", "bob", 30_000, narration="Ọjà at Balogun")
    house.hear(paid)
    assert house.ask(
        "SELECT number, movement, kind, currency, narration, booking_date::text, starts_with(id, 'je_')"
        " FROM journal_entry ORDER BY number DESC LIMIT 1"
    ) == [(2, paid.id, "transfer", "NGN", "Ọjà at Balogun", "2026-11-20", True)]
    assert house.ask(
        "SELECT account, sequence, side, amount, balance_after, ledger_account"
        " FROM journal_line WHERE entry = 2 ORDER BY place"
    ) == [
        ("acc_alice", 2, "debit", 30_000, 70_000, "2010"),
        ("acc_bob", 1, "credit", 30_000, 30_000, "2010"),
    ]


def test_a_batch_delivered_twice_is_written_once(house: House) -> None:
    events = house.publish(
        house.books.transfer("alice", "bob", 100), house.books.transfer("bob", "alice", 50)
    )
    batch = Batch(
        publisher="account", after=events[0].position - 1, through=events[-1].position, events=events
    )
    house.inbox().receive(batch)
    house.inbox().receive(batch)
    assert house.ask("SELECT count(*) FROM journal_entry") == [(3,)]


def test_a_batch_that_comes_too_early_brings_the_missing_ones_along(house: House) -> None:
    first, second = (house.books.transfer("alice", "bob", amount) for amount in (100, 200))
    house.publish(first)
    (late,) = house.publish(second)
    house.inbox().receive(
        Batch(publisher="account", after=late.position - 1, through=late.position, events=[late])
    )
    assert house.ask("SELECT movement FROM journal_entry WHERE number > 1 ORDER BY number") == [
        (first.id,),
        (second.id,),
    ]


def test_an_entry_that_is_refused_moves_nothing_not_even_the_cursor(house: House) -> None:
    position = house.inbox().position("account")
    unbalanced = house.books.move(("alice", "debit", 100), ("bob", "credit", 99))
    with pytest.raises(psycopg.IntegrityError, match="journal entry 3 are not whole and balanced"):
        house.hear(house.books.transfer("alice", "bob", 7), unbalanced)
    assert house.inbox().position("account") == position
    assert house.ask("SELECT count(*) FROM journal_entry") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET narration = 'another'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "UPDATE journal_line SET amount = amount + 1",
        "DELETE FROM journal_line",
        "TRUNCATE journal_line",
        "UPDATE seal SET size = 1",
        "DELETE FROM seal",
        "TRUNCATE seal",
        "UPDATE tile SET hash = ''",
        "DELETE FROM tile",
        "TRUNCATE tile",
    ],
)
def test_what_is_written_cannot_be_changed(house: House, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="the books are written once"),
        house.begin() as cursor,
    ):
        cursor.execute(statement.encode())


ENTRY = (
    "INSERT INTO journal_entry (number, id, movement, kind, currency, narration, booking_date, value_date,"
    " posted_at, leaf) VALUES ({number}, 'je_{number}', 'mov_{number}', 'fee', 'NGN', '', '2026-11-20',"
    " '2026-11-20', now(), '')"
)
LINES = (
    "INSERT INTO journal_line (account, sequence, entry, place, ledger_account, side, amount, balance_after)"
    " VALUES ({one}), ({other})"
)
ALICE_PAYS = "'acc_alice', 2, 2, 0, '2010', 'debit', 10, 99990"
BOB_GETS = "'acc_bob', 1, 2, 1, '2010', 'credit', 10, 10"


@pytest.mark.parametrize(
    ("statements", "refusal"),
    [
        ([ENTRY.format(number=3)], "journal entries 3 to 3 do not follow entry 1"),
        ([ENTRY.format(number=2)], "journal entry 2 has no lines"),
        ([LINES.format(one=ALICE_PAYS, other=BOB_GETS)], "entry 2 are not whole and balanced"),
        (
            [LINES.format(one="'acc_alice', 2, 1, 2, '2010', 'debit', 10, 99990",
                          other="'acc_bob', 1, 1, 3, '2010', 'credit', 10, 10")],
            "entry 1 are not whole and balanced",
        ),
        (
            [ENTRY.format(number=2), LINES.format(one=ALICE_PAYS, other="'acc_bob', 1, 2, 1, '2010', 'credit', 11, 11")],
            "entry 2 are not whole and balanced",
        ),
        (
            [ENTRY.format(number=2), LINES.format(one="'acc_alice', 3, 2, 0, '2010', 'debit', 10, 99990", other=BOB_GETS)],
            "line 3 of account acc_alice does not follow",
        ),
        (
            [ENTRY.format(number=2), LINES.format(one="'acc_alice', 2, 2, 0, '2010', 'debit', 10, 99991", other=BOB_GETS)],
            "line 2 of account acc_alice does not follow",
        ),
        (
            [ENTRY.format(number=2), LINES.format(one="'acc_alice', 1, 2, 0, '2010', 'debit', 10, 99990", other=BOB_GETS)],
            "journal_line_pkey",
        ),
        (
            [ENTRY.format(number=2), LINES.format(one="'acc_alice', 2, 2, 0, '2010', 'debit', 0, 100000",
                                                  other="'acc_bob', 1, 2, 1, '2010', 'credit', 0, 0")],
            "journal_line_amount_positive",
        ),
    ],
    ids=["gap", "no lines", "no entry", "added later", "unbalanced", "line skipped", "wrong balance", "line twice", "zero"],
)  # fmt: skip
def test_the_database_refuses_what_the_consumer_must_never_do(
    house: House, statements: list[str], refusal: str
) -> None:
    with pytest.raises(psycopg.IntegrityError, match=refusal), house.begin() as cursor:
        cursor.execute("; ".join(statements).encode())


def test_the_database_takes_an_entry_that_is_right(house: House) -> None:
    with house.begin() as cursor:
        cursor.execute(ENTRY.format(number=2).encode())
        cursor.execute(LINES.format(one=ALICE_PAYS, other=BOB_GETS).encode())
    assert house.ask("SELECT count(*) FROM journal_line") == [(4,)]


def test_lines_of_one_account_may_follow_each_other_within_an_entry(house: House) -> None:
    house.hear(house.books.move(("alice", "debit", 10), ("alice", "debit", 5), ("bob", "credit", 15)))
    assert house.check()[0] == 0
