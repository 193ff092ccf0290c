"""Scenarios as ledger text: who has what, what is asked, and the answer at the end of the line.

    alice has NGN 100.00, bob has NGN 0.00
    transfer alice bob 30.00  k1        posted
    transfer alice bob 31.00  k1        id_used_for_other_movement
    hold alice 50.00 for 60s  h1        posted
    capture h1 20.00 to bob   c1        posted
    movement k2  debit alice 10.00  credit bob 8.00  credit fees 2.00   posted
    reverse k1                k3        posted
    release h1  r1    expire h1  r2     wait 61s
    freeze alice      unfreeze alice    close alice     new-pin alice
    fill alice                    # as much as an account can carry, from the vault
    together ada alice savings    # both are ada's, who pays what the law allows once
    paid-by ada 30.00             # on this business day, from all her accounts
    tier alice 1      limit alice day 50.00      # what the law, the product or alice herself allows
    card visa alice               # also: state=frozen reason=lost variant=single_use expires=2026-03-01
                                  # amount=1.00 count=1 (a day) online=no channels=pos mccs_blocked=7995
    swipe visa alice bob 5.00 h2  # a hold; also: mcc=7995 country=US pin=1
    used visa 5.00 1              # today
    balances alice 70.00 bob 30.00
    held alice 50.00
    spent alice 30.00             # on this business day

After every line the books' invariants are checked, and after a refusal that nothing moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from arhan.account.cards.controls import Controls, as_text
from arhan.account.cards.rules import CardState
from arhan.account.domain.book import MAX_BALANCE
from arhan.account.movements import credit, debit, reverse, transfer
from arhan.contracts.account import (
    CaptureCommand,
    CardUse,
    HoldCommand,
    MovementCommand,
    PinProof,
    ReleaseCommand,
)
from arhan.kernel.money import MAX_AMOUNT, Money
from tests.unit.account.books import START, Books, check_invariants

if TYPE_CHECKING:
    from arhan.contracts.account import Command, Posting

CASH = "bank_cash_ngn"
LIMITS = frozenset({"amount", "count"})
LISTS = {
    "channels": "channels_allowed",
    "countries_blocked": "countries_blocked",
    "mccs_blocked": "mccs_blocked",
    "merchants_blocked": "merchants_blocked",
}
OFFICE = {
    "freeze": (("may_debit", False),),
    "freeze-both": (("may_debit", False), ("may_credit", False)),
    "freeze-credit": (("may_credit", False),),
    "unfreeze": (("may_debit", True), ("may_credit", True)),
    "close": (("closed", True),),
    "new-pin": (("pin_version", 2),),
}

COLUMNS = {"balances": "balance", "held": "held", "spent": "spent_day", "spent-in-month": "spent_month"}


def amount_of(text: str) -> int:
    """Minor units of an amount with two decimals; may be negative or enormous, to be refused."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(2, "0"))


@dataclass
class Scenario:
    """Runs ledger text against some books."""

    books: Books
    sent: dict[str, Command] = field(default_factory=dict)

    def run(self, text: str) -> None:
        """Run every line; a line that does not end as it says fails with the line."""
        for line in text.strip().splitlines():
            words = line.split("#")[0].replace(",", " ").split()
            if words:
                self._line(words, line.strip())

    def _line(self, words: list[str], line: str) -> None:
        if "has" in words:
            self._open(words)
        elif words[0] == "wait":
            self.books.wait(float(words[1].rstrip("s")))
        elif words[0] in OFFICE:
            for name, value in OFFICE[words[0]]:
                self.books.set_account(words[1], field=name, value=value)
        elif words[0] in {"tier", "limit"}:
            self._allow(*words)
        elif words[0] in {"together", "paid-by"}:
            self._about_customer(words, line)
        elif words[0] == "fill":
            self._ask(self._fill(words[1]), expected="posted", line=line)
        elif words[0] in {"card", "used"}:
            self._about_card(words, line)
        elif words[0] in COLUMNS:
            self._compare(words, line)
        else:
            self._ask(self._command(words[:-1]), expected=words[-1], line=line)
        check_invariants(self.books.snapshot())

    def _allow(self, what: str, account: str, *said: str) -> None:
        if what == "tier":
            self.books.set_account(account, field="tier", value=int(said[0]))
        else:
            self.books.set_account(account, field=f"{said[0]}_limit", value=amount_of(said[1]))

    def _about_customer(self, words: list[str], line: str) -> None:
        if words[0] == "together":
            self.books.join(words[1], words[2:])
        else:
            assert self.books.snapshot().outflows[words[1]] == amount_of(words[2]), line

    def _open(self, words: list[str]) -> None:
        """`alice has NGN 100.00`: an account, and cash paid in if there is any."""
        if CASH not in self.books.snapshot().accounts:
            self.books.open_account(CASH, floor=None)
        for start in range(0, len(words), 4):
            name, _, currency, amount = words[start : start + 4]
            self.books.open_account(name, currency=currency)
            if amount_of(amount):
                paid_in = [debit(CASH, amount_of(amount)), credit(name, amount_of(amount))]
                command = MovementCommand(
                    id=f"opening-{name}", kind="deposit", currency=currency, postings=paid_in
                )
                self._ask(command, expected="posted", line=" ".join(words))

    def _compare(self, words: list[str], line: str) -> None:
        accounts = self.books.snapshot().accounts
        column = COLUMNS[words[0]]
        for name, amount in zip(words[1::2], words[2::2], strict=True):
            assert getattr(accounts[name], column) == amount_of(amount), line

    def _ask(self, command: Command, *, expected: str, line: str) -> None:
        before = self.books.snapshot()
        (outcome,) = self.books.post([command])
        after = self.books.snapshot()
        assert outcome.id == command.id
        assert (outcome.code or outcome.status) == expected, f"{line}: {outcome}"
        assert outcome.replayed == (expected == "posted" and command.id in before.posted), line
        if expected != "posted" or outcome.replayed:
            assert after == before, f"{line}: something moved"
        else:
            self.sent.setdefault(command.id, command)

    def _command(self, words: list[str]) -> Command:
        make = getattr(self, f"_{words[0]}")
        command: Command = make(*words[1:])
        return command

    def _transfer(self, payer: str, payee: str, amount: str, name: str, *options: str) -> Command:
        currency = next((o for o in options if o.isupper()), "NGN")
        command = transfer(id=name, payer=payer, payee=payee, amount=Money(amount_of(amount), currency))
        proof = PinProof(payer, int(options[options.index("pin") + 1])) if "pin" in options else None
        late = START - timedelta(seconds=1) if "late" in options else None
        return MovementCommand(
            id=name,
            kind=next((o for o in options if o in {"gift", "refund", "deposit"}), command.kind),
            currency=currency,
            postings=command.postings,
            pin_proof=proof,
            valid_until=late,
        )

    def _movement(self, name: str, *legs: str) -> Command:
        postings: list[Posting] = []
        for start in range(0, len(legs), 3):
            side, account, amount = legs[start : start + 3]
            postings.append((debit if side == "debit" else credit)(account, amount_of(amount)))
        return MovementCommand(id=name, kind="transfer", currency="NGN", postings=postings)

    def _fill(self, account: str) -> Command:
        missing = MAX_BALANCE - self.books.snapshot().accounts[account].balance
        amounts = [MAX_AMOUNT] * (missing // MAX_AMOUNT) + [missing % MAX_AMOUNT]
        legs = [leg(name, a) for leg, name in ((debit, CASH), (credit, account)) for a in amounts if a]
        return MovementCommand(id=f"fill-{account}", kind="deposit", currency="NGN", postings=legs)

    def _reverse(self, original: str, name: str, amount: str = "") -> Command:
        known = self.sent.get(original)
        if not isinstance(known, MovementCommand):
            known = transfer(id=original, payer="alice", payee="bob", amount=Money(100, "NGN"))
        if amount:
            known = transfer(id=original, payer="alice", payee="bob", amount=Money(amount_of(amount), "NGN"))
        return reverse(known, id=name)

    def _hold(self, account: str, amount: str, _for: str, term: str, name: str, *pin: str) -> Command:
        return HoldCommand(
            id=name,
            account=account,
            amount=amount_of(amount),
            currency="NGN",
            expires_in_s=int(term.rstrip("s")),
            pin_proof=PinProof(account, int(pin[1])) if pin else None,
        )

    def _about_card(self, words: list[str], line: str) -> None:
        if words[0] == "card":
            self._issue(*words[1:])
        else:
            self._compare_uses(*words[1:], line=line)

    def _issue(self, name: str, account: str, *options: str) -> None:
        told = dict(option.split("=") for option in options)
        limit = {n: int(v) if n == "count" else amount_of(v) for n, v in told.items() if n in LIMITS}
        lists = {LISTS[n]: tuple(v.split("+")) for n, v in told.items() if n in LISTS}
        rules = {
            "online": told.get("online") != "no",
            "limits": ({"window": "day", **limit},) if limit else (),
            **lists,
        }
        self.books.issue_card(
            CardState(
                id=name,
                account=account,
                state=told.get("state", "open"),
                reason=told.get("reason", ""),
                expires_on=date.fromisoformat(told.get("expires", "2029-03-31")),
                variant=told.get("variant", "standard"),
                controls=as_text(msgspec.convert(rules, Controls)),
                bank_controls=as_text(Controls()),
                pin_version=0,
            )
        )

    def _swipe(
        self, card: str, account: str, merchant: str, amount: str, name: str, *options: str
    ) -> Command:
        told = dict(option.split("=") for option in options)
        use = CardUse(
            card=card,
            merchant=merchant,
            mcc=told.get("mcc", ""),
            country=told.get("country", ""),
            pin_version=int(told["pin"]) if "pin" in told else None,
        )
        return HoldCommand(
            id=name,
            account=account,
            amount=amount_of(amount),
            currency="NGN",
            expires_in_s=60,
            card=use,
        )

    def _compare_uses(self, card: str, amount: str, count: str, *, line: str) -> None:
        spent = self.books.snapshot().spending[card]
        assert (spent.day_amount, spent.day_count) == (amount_of(amount), int(count)), line

    def _capture(self, hold: str, amount: str, _to: str, payee: str, name: str, *options: str) -> Command:
        payer = options[options.index("from") + 1] if "from" in options else "alice"
        return CaptureCommand(
            id=name,
            hold=hold,
            kind="card_payment",
            currency="NGN",
            postings=[debit(payer, amount_of(amount)), credit(payee, amount_of(amount))],
            final="partly" not in options,
            may_exceed=amount_of(options[options.index("over") + 1]) if "over" in options else 0,
        )

    def _release(self, hold: str, name: str) -> Command:
        return ReleaseCommand(id=name, hold=hold)

    def _expire(self, hold: str, name: str) -> Command:
        return ReleaseCommand(id=name, hold=hold, reason="expired")
