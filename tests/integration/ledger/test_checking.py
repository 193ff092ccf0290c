"""`arhan books check`: silent about books that are right, and names what somebody changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

if TYPE_CHECKING:
    from tests.ledger_house import House

PATIENCE = ("--patience", "0.5")


@pytest.fixture
def house(house: House) -> House:
    """Alice has NGN 700.00 and Bob NGN 300.00, in three entries of which two are sealed."""
    house.hear(
        house.books.open("alice", customer="usr_alice"),
        house.books.open("bob", customer="usr_bob"),
        house.books.open("cash", ledger_account="1010"),
        house.books.transfer("cash", "alice", 100_000, kind="deposit"),
        house.books.transfer("alice", "bob", 20_000),
    )
    house.seal()
    house.hear(house.books.transfer("alice", "bob", 10_000))
    return house


def named(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {(d["check"], d["subject"]) for d in report["differences"]}


def test_books_that_are_right(house: House) -> None:
    status, report = house.check()
    assert (status, report["ok"], report["differences"]) == (0, True, [])
    assert report["counts"] == {"entries": 3, "lines": 6, "seals": 1, "accounts": 3}
    assert all(check["ok"] for check in report["checks"])
    assert [check["name"] for check in report["checks"]] == [
        "nothing_missing",
        "entries_balanced",
        "zero_sum",
        "running_balances",
        "day_totals",
        "seals",
        "balances",
    ]


def test_for_a_person_it_is_said_in_words(house: House) -> None:
    done = house.run("books", "check")
    assert done.returncode == 0
    assert "The books are right." in done.stdout


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE journal_line SET amount = 30000 WHERE entry = 2 AND side = 'credit'",
            {
                ("entries_balanced", "entry 2"),
                ("zero_sum", "NGN"),
                ("running_balances", "acc_bob"),
                ("day_totals", "2026-11-20 2010 NGN"),
                ("seals", "entry 2"),
                ("seals", "seal 2"),
            },
        ),
        (
            "UPDATE journal_line SET balance_after = 999 WHERE account = 'acc_bob' AND sequence = 2",
            {("running_balances", "acc_bob"), ("balances", "acc_bob")},
        ),
        (
            "UPDATE journal_entry SET narration = 'school fees' WHERE number = 2",
            {("seals", "entry 2"), ("seals", "seal 2")},
        ),
        (
            "UPDATE journal_entry SET narration = 'school fees' WHERE number = 3",
            {("seals", "entry 3")},
        ),
        (
            "DELETE FROM journal_entry WHERE number = 2",
            {
                ("nothing_missing", "entry 2"),
                ("day_totals", "2026-11-20 2010 NGN"),
                ("seals", "seal 2"),
            },
        ),
        (
            "UPDATE day_total SET debits = debits + 1 WHERE ledger_account = '1010'",
            {("day_totals", "2026-11-20 1010 NGN")},
        ),
        ("UPDATE seal SET root = sha256('other')", {("seals", "seal 2")}),
        ("UPDATE seal SET note = replace(note, 'sealed 2', 'sealed 3')", {("seals", "seal 2")}),
        (
            "UPDATE journal_line SET ledger_account = '2020' WHERE account = 'acc_bob' AND sequence = 2",
            {("seals", "entry 3"), ("day_totals", "2026-11-20 2010 NGN"), ("day_totals", "2026-11-20 2020 NGN"),
             ("balances", "acc_bob")},
        ),
    ],
    ids=["amount", "balance", "sealed words", "words not sealed yet", "entry gone", "total", "root", "seal", "chart"],
)  # fmt: skip
def test_what_was_changed_behind_the_ledgers_back_is_named(
    house: House, statement: str, found: set[tuple[str, str]]
) -> None:
    house.tamper(statement)
    status, report = house.check(*PATIENCE)
    assert (status, report["ok"]) == (1, False)
    assert named(report) == found


def test_lines_taken_from_the_end_are_missed(house: House) -> None:
    house.tamper("DELETE FROM journal_line WHERE entry = 3", "DELETE FROM journal_entry WHERE number = 3")
    status, report = house.check(*PATIENCE)
    assert status == 1
    assert named(report) == {
        ("balances", "acc_alice"),
        ("balances", "acc_bob"),
        ("day_totals", "2026-11-20 2010 NGN"),
    }


def test_a_balance_that_account_changed_by_itself_is_named(house: House) -> None:
    alice, *others = house.siblings.balances
    house.siblings.balances = [msgspec.structs.replace(alice, balance=alice.balance + 1), *others]
    status, report = house.check(*PATIENCE)
    assert status == 1
    assert named(report) == {("balances", "acc_alice")}
    assert "NGN 70001 under 2010" in report["differences"][0]["message"]


def test_an_account_that_account_has_forgotten_is_named(house: House) -> None:
    house.siblings.balances.pop(0)
    status, report = house.check(*PATIENCE)
    assert status == 1
    assert named(report) == {("balances", "acc_alice")}


def test_movements_the_ledger_was_never_told_of_are_named(house: House) -> None:
    house.books.transfer("alice", "bob", 1)
    house.siblings.balances = [house.books.accounts[name] for name in sorted(house.books.accounts)]
    status, report = house.check(*PATIENCE)
    assert status == 1
    assert [d["message"] for d in report["differences"]] == [
        "line 4 is missing in the books",
        "line 3 is missing in the books",
    ]


def test_it_waits_for_a_ledger_that_is_behind(house: House) -> None:
    house.publish(house.books.transfer("alice", "bob", 1))
    house.siblings.balances = [house.books.accounts[name] for name in sorted(house.books.accounts)]
    house.start("arhan.runner.worker", "ledger")
    house.start("tests.integration.ledger.tick")
    status, report = house.check("--patience", "60")
    assert (status, report["differences"]) == (0, [])


def test_without_the_account_service_it_says_so(house: House) -> None:
    done = house.run("books", "check", "--json", ACCOUNT_SERVICE_URL="http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The account service does not answer" in done.stderr
