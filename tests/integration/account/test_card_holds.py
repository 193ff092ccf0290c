"""Captures, releases and expiries of the same holds at once: each ends once, whoever comes first."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

from arhan.account.cards.controls import Controls, as_text
from arhan.account.cards.rules import CardState
from arhan.account.movements import credit, debit
from arhan.account.service.posting import Writer
from arhan.contracts.account import (
    CaptureCommand,
    CardUse,
    HoldCommand,
    MovementCommand,
    ReleaseCommand,
)
from tests.unit.account.books import check_invariants

if TYPE_CHECKING:
    from arhan.contracts.account import Command, Outcome
    from tests.account_house import StoredBooks

HOLDS, RACES, WRITERS = 200, 2_000, 4
AMOUNT = 1_000


def with_a_card(books: StoredBooks) -> None:
    """Alice has plenty and a card, Bob has nothing."""
    books.open_account("cash", floor=None)
    for name in ("alice", "bob"):
        books.open_account(name)
    rules = as_text(Controls())
    books.issue_card(CardState("visa", "alice", "open", "", date(2029, 3, 31), "standard", rules, rules, 0))
    plenty = HOLDS * AMOUNT
    paid_in = [debit("cash", plenty), credit("alice", plenty)]
    books.post([MovementCommand(id="opening", kind="deposit", currency="NGN", postings=paid_in)])


def hold(number: int, *, expires_in_s: int) -> HoldCommand:
    return HoldCommand(
        id=f"h{number}",
        account="alice",
        amount=AMOUNT,
        currency="NGN",
        expires_in_s=expires_in_s,
        card=CardUse(card="visa", merchant="bob"),
    )


def end(number: int, place: int, chance: random.Random) -> Command:
    """Some way in which a hold could end."""
    name, what = f"e{number}-{place}", chance.choice(("capture", "release", "expire"))
    if what == "capture":
        return CaptureCommand(
            id=name,
            hold=f"h{number}",
            kind="card_payment",
            currency="NGN",
            postings=[debit("alice", AMOUNT), credit("bob", AMOUNT)],
        )
    return ReleaseCommand(id=name, hold=f"h{number}", reason="expired" if what == "expire" else "released")


def test_of_two_thousand_races_over_the_same_holds_each_hold_ends_once(books: StoredBooks) -> None:
    with_a_card(books)
    chance = random.Random(4)
    books.post([hold(n, expires_in_s=60 if n % 2 else 3_600) for n in range(HOLDS)])
    books.wait(60)  # every second hold's time is over, though nobody has swept
    ends = [end(n, place, chance) for n in range(HOLDS) for place in range(RACES // HOLDS)]
    chance.shuffle(ends)
    asked = [books.renamed(command) for command in ends]

    def race(lane: int) -> list[Outcome]:
        with Writer(books.url, now=lambda: books.now) as writer:
            mine = asked[lane::WRITERS]
            return [o for start in range(0, len(mine), 10) for o in writer.post(mine[start : start + 10])]

    with ThreadPoolExecutor(WRITERS) as lanes:
        outcomes = [outcome for found in lanes.map(race, range(WRITERS)) for outcome in found]
    assert len(outcomes) == RACES
    posted = {books.plain(o.id) for o in outcomes if o.status == "posted"}
    ended = Counter(name[1:].split("-")[0] for name in posted)
    assert max(ended.values()) == 1
    after = books.snapshot()
    check_invariants(after)
    open_ = {h.id for h in after.holds.values() if h.status == "open"}
    assert {f"h{number}" for number in ended} == set(after.holds) - open_
    assert after.accounts["alice"].held == len(open_) * AMOUNT
    captured = [h for h in after.holds.values() if h.status == "captured"]
    assert after.accounts["bob"].balance == len(captured) * AMOUNT
    assert not [h.id for h in captured if int(h.id[1:]) % 2], "an expired hold was captured"
    assert after.spending["visa"].day_amount == (len(captured) + len(open_)) * AMOUNT


def test_a_hold_placed_after_its_time_is_not_placed(books: StoredBooks) -> None:
    with_a_card(books)
    late = hold(1, expires_in_s=60)
    command = HoldCommand(
        id=late.id,
        account="alice",
        amount=AMOUNT,
        currency="NGN",
        expires_in_s=60,
        card=late.card,
        valid_until=books.now,
    )
    books.wait(1)
    (outcome,) = books.post([command])
    assert outcome.code == "command_expired"
