"""What a freeze stops and what it lets through: every kind of movement, for each side that can be frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from arhan.account import movements
from arhan.account.movements import KINDS, between_own, credit, debit
from arhan.account.service.posting import Writer
from arhan.contracts.account import CaptureCommand, HoldCommand, MovementCommand, ReleaseCommand
from arhan.contracts.chart import bank_account
from arhan.kernel.ids import new_id
from arhan.kernel.money import Money
from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arhan.contracts.account import Command

TODAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
AMOUNT = 1_00
SIDES = ("debit", "credit", "both")

TABLE = """
what moves                              debit  credit  both

transfer out                            no     yes     no
transfer in                             yes    no      no
transfer out, with its fee              no     yes     no
standing order out                      no     yes     no
standing order in                       yes    no      no
into one's own pot                      no     yes     no
out of one's own pot                    yes    no      no
card authorised                         no     yes     no
card paid at once                       no     yes     no
card payment received                   yes    no      no
capture of what was held before         yes    yes     yes
capture beyond what was held before     no     yes     no
capture for the payee                   yes    no      no
release                                 yes    yes     yes
refund received                         yes    no      no
refund given                            no     yes     no
loan paid out                           yes    no      no
loan instalment                         no     yes     no
loan return                             yes    no      no
deposit placed                          no     yes     no
deposit paid out                        yes    no      no
fee                                     no     yes     no
interest                                yes    no      no
overdraft interest                      no     yes     no
cash paid in                            yes    no      no
opening bonus                           yes    no      no
closing of another account into it      yes    no      no
journal out                             no     yes     no
journal in                              yes    no      no
reversal of what went out               yes    no      no
reversal of what came in                no     yes     no
"""
"""`no` is account_frozen, and nothing moves."""

BANKS_OWN = {
    "loan_allocation",
    "loan_interest",
    "loan_penalty",
    "loan_charge_off",
    "loan_write_off",
    "loan_recovery",
    "loan_provision",
    "interest_accrual",
    "overdraft_accrual",
}
"""Kinds that move no customer's money."""


@dataclass
class Street:
    """An account that will be frozen, a pot of the same holder's, a friend; and what went before."""

    frozen: str
    pot: str
    friend: str
    held: list[str]
    """Holds on the account: two to capture, one to release."""
    held_of_friend: str
    went_out: MovementCommand
    came_in: MovementCommand

    def move(self, kind: str, payer: str, payee: str) -> MovementCommand:
        return between_own(
            kind, id=new_id("pay"), payer=payer, payee=payee, amount=Money(AMOUNT, "NGN"), narration=""
        )

    def out(self, kind: str, to: str = "") -> MovementCommand:
        return self.move(kind, self.frozen, to or self.friend)

    def into(self, kind: str, since: str = "") -> MovementCommand:
        return self.move(kind, since or self.friend, self.frozen)

    def capture(self, hold: str, payer: str, payee: str, *, more: int = 0) -> CaptureCommand:
        return CaptureCommand(
            id=new_id("pay"),
            hold=hold,
            kind="card_payment",
            currency="NGN",
            postings=[debit(payer, AMOUNT + more), credit(payee, AMOUNT + more)],
            may_exceed=more,
        )


def hold_on(account: str) -> HoldCommand:
    return HoldCommand(id=new_id("hold"), account=account, amount=AMOUNT, currency="NGN", expires_in_s=3_600)


def with_fee(s: Street) -> MovementCommand:
    fee = bank_account("fee_income", "NGN")
    return MovementCommand(
        id=new_id("pay"),
        kind="transfer",
        currency="NGN",
        postings=[debit(s.frozen, AMOUNT + 10), credit(s.friend, AMOUNT), credit(fee, 10)],
    )


def reversal(original: MovementCommand) -> MovementCommand:
    return movements.reverse(original, id=new_id("pay"))


def interest(s: Street) -> MovementCommand:
    return movements.interest(
        id=new_id("pay"), account=s.frozen, gross=AMOUNT, tax=10, currency="NGN", value_date=TODAY.date()
    )


def charge(s: Street) -> MovementCommand:
    money = Money(AMOUNT, "NGN")
    return movements.fee(id=new_id("pay"), account=s.frozen, amount=money, name="Card", goes_to="bank")


CLEARING = bank_account("loan_clearing", "NGN")
CASH = bank_account("cash", "NGN")
RECEIVABLE = bank_account("overdraft_interest_receivable", "NGN")
MARKETING = bank_account("marketing", "NGN")

WAYS: dict[str, Callable[[Street], Command]] = {
    "transfer out": lambda s: s.out("transfer"),
    "transfer in": lambda s: s.into("transfer"),
    "transfer out, with its fee": with_fee,
    "standing order out": lambda s: s.out("standing_order"),
    "standing order in": lambda s: s.into("standing_order"),
    "into one's own pot": lambda s: s.out("transfer", s.pot),
    "out of one's own pot": lambda s: s.into("transfer", s.pot),
    "card authorised": lambda s: hold_on(s.frozen),
    "card paid at once": lambda s: s.out("card_payment"),
    "card payment received": lambda s: s.into("card_payment"),
    "capture of what was held before": lambda s: s.capture(s.held[0], s.frozen, s.friend),
    "capture beyond what was held before": lambda s: s.capture(s.held[1], s.frozen, s.friend, more=10),
    "capture for the payee": lambda s: s.capture(s.held_of_friend, s.friend, s.frozen),
    "release": lambda s: ReleaseCommand(id=new_id("pay"), hold=s.held[2]),
    "refund received": lambda s: s.into("refund"),
    "refund given": lambda s: s.out("refund"),
    "loan paid out": lambda s: s.into("loan_disbursement", CLEARING),
    "loan instalment": lambda s: s.out("loan_repayment", CLEARING),
    "loan return": lambda s: s.into("loan_return", CLEARING),
    "deposit placed": lambda s: s.out("deposit_placement", s.pot),
    "deposit paid out": lambda s: s.into("deposit_payout", s.pot),
    "fee": charge,
    "interest": interest,
    "overdraft interest": lambda s: s.out("overdraft_interest", RECEIVABLE),
    "cash paid in": lambda s: s.into("deposit", CASH),
    "opening bonus": lambda s: s.into("opening_bonus", MARKETING),
    "closing of another account into it": lambda s: s.into("closing"),
    "journal out": lambda s: s.out("manual_journal", CASH),
    "journal in": lambda s: s.into("manual_journal", CASH),
    "reversal of what went out": lambda s: reversal(s.went_out),
    "reversal of what came in": lambda s: reversal(s.came_in),
}


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        yield opened


@pytest.fixture
def writer(night: dict[str, str]) -> Iterator[Writer]:
    with Writer(night["DATABASE_URL"], now=lambda: TODAY) as opened:
        yield opened


def rows() -> dict[str, dict[str, str]]:
    """Way -> side -> yes or no."""
    lines = [line.rsplit(maxsplit=3) for line in TABLE.strip().splitlines()[1:] if line]
    return {way: dict(zip(SIDES, said, strict=True)) for way, *said in lines}


def street(desk: Any, writer: Writer) -> Street:
    """Everybody has NGN 500.00 or more, and what is done before the freeze is done."""
    owner = new_id("usr")
    frozen, friend = (desk.open_account(product="current", customer=who) for who in (owner, new_id("usr")))
    pot = desk.open_pot(customer=owner, goal=1_000_00)
    for account in (frozen, friend, pot):
        desk.put_in(account=account, amount=500_00)
    holds = [hold_on(account) for account in (frozen, frozen, frozen, friend)]
    found = Street(
        frozen, pot, friend, [h.id for h in holds[:3]], holds[3].id, *[between(frozen, friend)] * 2
    )
    found.went_out, found.came_in = found.out("transfer"), found.into("transfer")
    outcomes = writer.post([*holds, found.went_out, found.came_in])
    assert [(outcome.status, outcome.code) for outcome in outcomes] == [("posted", "")] * 6
    return found


def standing(desk: Any, street: Street) -> list[list[Any]]:
    """Balance, held and number of entries of all whom it concerns."""
    return [
        row
        for row in desk.everything()
        if row[0] in {street.frozen, street.friend, street.pot, CASH, CLEARING}
    ]


def test_every_kind_of_movement_is_in_the_table() -> None:
    assert list(rows()) == list(WAYS)
    anywhere = Street("acc_1", "acc_2", "acc_3", ["h1", "h2", "h3"], "h4", *[between("acc_1", "acc_3")] * 2)
    asked = [way(anywhere) for way in WAYS.values()]
    kinds = {command.kind for command in asked if isinstance(command, (MovementCommand, CaptureCommand))}
    assert kinds | BANKS_OWN == set(KINDS)


def between(payer: str, payee: str) -> MovementCommand:
    return movements.transfer(id=new_id("pay"), payer=payer, payee=payee, amount=Money(AMOUNT, "NGN"))


@pytest.mark.parametrize("side", SIDES)
def test_what_is_frozen_stops_what_the_table_says(desk: Any, writer: Writer, side: str) -> None:
    desk.begin(day=TODAY.date().isoformat())
    people = street(desk, writer)
    desk.freeze(account=people.frozen, by="staff", side=side)
    found, undone = {}, []
    for name, way in WAYS.items():
        before, command = standing(desk, people), way(people)
        (outcome,) = writer.post([command])
        found[name] = {"posted": "yes", "account_frozen": "no"}[outcome.code or outcome.status]
        assert (standing(desk, people) == before) == (outcome.status != "posted"), name
        if outcome.status == "posted" and isinstance(command, MovementCommand) and not command.reverses:
            undone.append(reversal(command))
    assert found == {name: said[side] for name, said in rows().items()}
    assert desk.sum_of_balances() == 0
    desk.unfreeze(account=people.frozen, by="staff")
    outcomes = writer.post(undone)
    left = [outcome.code for outcome in outcomes if outcome.status != "posted"]
    assert left == [], "the books are left as others expect them"


def test_interest_and_fees_wait_for_the_freeze_to_end(desk: Any) -> None:
    """What an account earned is not lost, and what it owes is not taken from it, while it is frozen."""
    desk.begin(day="2026-06-29")
    terms = {
        "tiers": [{"rate": 365_000}],
        "capitalisation": "daily",
        "fees": [{"event": "maintenance", "name": "Maintenance", "flat": 50_00}],
    }
    desk.offer(code="waits_frozen", kind="current", terms=terms)
    account = desk.open_account(product="waits_frozen")
    desk.put_in(account=account, amount=1_000_000_00 - desk.balance(account=account))
    desk.freeze(account=account, by="staff", side="both")
    desk.close(through="2026-06-30")
    assert desk.balance(account=account) == 1_000_000_00
    desk.unfreeze(account=account, by="staff")
    desk.close(through="2026-07-01")
    told = [entry[::3] for entry in desk.entries(account=account) if entry[0] in {"interest", "fee"}]
    assert sorted(told) == [["fee", -50_00], ["interest", 3_000_00]]
    assert desk.untied() == []
