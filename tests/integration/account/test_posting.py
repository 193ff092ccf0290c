"""The stories and refusals of the pure core, lived through again by the real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.account.ledger_text import Scenario
from tests.unit.account.scenarios import REFUSALS, STORIES

if TYPE_CHECKING:
    from tests.account_house import StoredBooks


@pytest.mark.parametrize("story", STORIES)
def test_story(story: str, books: StoredBooks) -> None:
    Scenario(books).run(STORIES[story])


@pytest.mark.parametrize("code", REFUSALS)
def test_refusal_moves_nothing(code: str, books: StoredBooks) -> None:
    Scenario(books).run(REFUSALS[code])


def test_each_movement_is_said_once_with_its_entries(books: StoredBooks) -> None:
    Scenario(books).run("""
        alice has NGN 100.00, bob has NGN 0.00
        transfer alice bob 30.00  k1  posted
        transfer alice bob 30.00  k1  posted
        transfer alice bob 99.00  k2  insufficient_funds
        hold alice 10.00 for 60s  h1  posted
        capture h1 10.00 to bob   c1  posted
    """)
    said = books.database.execute(
        "SELECT type, subject, data::json FROM outbox WHERE starts_with(subject, %s) ORDER BY id",
        (books.prefix,),
    ).fetchall()
    assert [(type_, books.plain(subject)) for type_, subject, _ in said] == [
        ("account.movement.posted", "opening-alice"),
        ("account.movement.posted", "k1"),
        ("account.movement.posted", "c1"),
    ]
    event = said[1][2]
    assert event["kind"] == "transfer"
    assert event["booking_date"] == "2026-03-02"
    assert event["value_date"] == "2026-03-02"
    assert [
        (books.plain(e["account"]), e["side"], e["amount"], e["sequence"], e["balance_after"])
        for e in event["entries"]
    ] == [("alice", "debit", 30_00, 2, 70_00), ("bob", "credit", 30_00, 1, 30_00)]
    assert books.plain(said[2][2]["hold"]) == "h1"
