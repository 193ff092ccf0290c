"""The ways money moves, and how a repeat of one is recognised."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from arhan.account.domain.fingerprint import fingerprint_of, has_legs
from arhan.account.domain.rules import changes_of
from arhan.account.movements import KINDS, credit, debit, deposit, mirror, opening_bonus, reverse, transfer
from arhan.contracts.account import (
    CaptureCommand,
    Command,
    HoldCommand,
    MovementCommand,
    PinProof,
    ReleaseCommand,
)
from arhan.contracts.calendar import calendar_day
from arhan.kernel.money import Money

MONEY = Money(30_00, "NGN")
RENT = transfer(id="k1", payer="alice", payee="bob", amount=MONEY, narration="rent")
HOLD = HoldCommand(id="k1", account="alice", amount=5, currency="NGN", expires_in_s=60)
CAPTURE = CaptureCommand(
    id="k1", hold="h1", kind="card_payment", currency="NGN", postings=[debit("alice", 5), credit("shop", 5)]
)
RELEASE = ReleaseCommand(id="k1", hold="h1")


def test_sides_carry_the_meaning() -> None:
    assert RENT.postings == [debit("alice", 30_00), credit("bob", 30_00)]
    assert deposit(id="k", account="alice", amount=MONEY).postings == [
        debit("bank_cash_ngn", 30_00),
        credit("alice", 30_00),
    ]
    assert opening_bonus(id="k", account="alice", amount=MONEY).postings == [
        debit("bank_marketing_ngn", 30_00),
        credit("alice", 30_00),
    ]


def test_a_reversal_mirrors_and_names_the_original() -> None:
    undone = reverse(RENT, id="k2")
    assert undone.postings == [credit("alice", 30_00), debit("bob", 30_00)]
    assert (undone.reverses, undone.kind) == ("k1", "reversal")
    assert mirror(undone.postings) == RENT.postings


def test_every_way_has_a_kind_that_is_known() -> None:
    made = [
        RENT,
        deposit(id="k", account="alice", amount=MONEY),
        opening_bonus(id="k", account="alice", amount=MONEY),
        reverse(RENT, id="k2"),
    ]
    assert all(command.kind in KINDS and isinstance(changes_of(command), dict) for command in made)


BOOKED: dict[str, tuple[Command, Command]] = {
    "amount": (RENT, transfer(id="k1", payer="alice", payee="bob", amount=Money(1, "NGN"), narration="rent")),
    "currency": (
        RENT,
        transfer(id="k1", payer="alice", payee="bob", amount=Money(30_00, "USD"), narration="rent"),
    ),
    "sides": (RENT, transfer(id="k1", payer="bob", payee="alice", amount=MONEY, narration="rent")),
    "payee": (RENT, transfer(id="k1", payer="alice", payee="carol", amount=MONEY, narration="rent")),
    "narration": (RENT, transfer(id="k1", payer="alice", payee="bob", amount=MONEY, narration="gift")),
    "kind": (RENT, msgspec.structs.replace(RENT, kind="refund")),
    "value date": (RENT, msgspec.structs.replace(RENT, value_date=date(2026, 3, 1))),
    "what it reverses": (RENT, msgspec.structs.replace(RENT, reverses="k0")),
    "the hold's term": (HOLD, msgspec.structs.replace(HOLD, expires_in_s=61)),
    "the hold's amount": (HOLD, msgspec.structs.replace(HOLD, amount=6)),
    "the captured hold": (CAPTURE, msgspec.structs.replace(CAPTURE, hold="h2")),
    "whether it is the last": (CAPTURE, msgspec.structs.replace(CAPTURE, final=False)),
    "the released hold": (RELEASE, msgspec.structs.replace(RELEASE, hold="h2")),
    "the reason": (RELEASE, msgspec.structs.replace(RELEASE, reason="expired")),
    "movement or capture": (
        CAPTURE,
        MovementCommand(id="k1", kind="card_payment", currency="NGN", postings=CAPTURE.postings),
    ),
}


@pytest.mark.parametrize("what", BOOKED)
def test_another_body_has_another_fingerprint(what: str) -> None:
    one, other = BOOKED[what]
    assert fingerprint_of(one) != fingerprint_of(other)


def test_who_asks_and_how_it_was_proved_is_not_part_of_the_body() -> None:
    again = msgspec.structs.replace(
        RENT,
        id="k2",
        initiator="sweeper",
        pin_proof=PinProof("alice", 2),
        valid_until=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert fingerprint_of(again) == fingerprint_of(RENT)


def test_a_fingerprint_knows_its_postings_whatever_else_was_booked() -> None:
    fingerprint = fingerprint_of(RENT)
    assert has_legs(fingerprint, currency="NGN", postings=RENT.postings)
    assert not has_legs(fingerprint, currency="NGN", postings=mirror(RENT.postings))
    assert not has_legs(fingerprint, currency="USD", postings=RENT.postings)


def test_the_bank_s_day_begins_an_hour_before_greenwich_s() -> None:
    assert calendar_day(datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)) == date(2026, 3, 2)
    assert calendar_day(datetime(2026, 3, 2, 23, 0, tzinfo=UTC)) == date(2026, 3, 3)
