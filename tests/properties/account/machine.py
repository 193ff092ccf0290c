"""A bank under random use: whatever is asked, in whatever order, the books keep their promises.

The same machine drives the pure core and the real store. Every step posts through the books under
test; after each step the invariants are checked, and a refusal is compared with what was before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from arhan.account.movements import credit, debit, reverse, transfer
from arhan.contracts.account import CaptureCommand, HoldCommand, MovementCommand, PinProof, ReleaseCommand
from arhan.kernel.money import Money
from tests.unit.account.books import Snapshot, check_invariants

if TYPE_CHECKING:
    from arhan.contracts.account import Command, Outcome
    from tests.unit.account.books import Books

PEOPLE = ("ada", "bayo", "chidi", "dora")
CASH = "bank_cash_ngn"
FEES = "bank_fee_income_ngn"
OVERDRAFT = -50_00

people = st.sampled_from(PEOPLE)
accounts = st.sampled_from((*PEOPLE, CASH, FEES, "nobody"))
amounts = st.one_of(st.integers(1, 120_00), st.sampled_from([0, -1, 1, 10**15, 10**15 + 1, 10**30]))
terms_s = st.sampled_from([1, 60, 3600, 0, 10**9])


class Bank(RuleBasedStateMachine):
    """Subclasses say which books."""

    books: Books

    def make_books(self) -> Books:
        """Fresh, empty books."""
        raise NotImplementedError

    @initialize(opening=st.lists(st.integers(0, 200_00), min_size=len(PEOPLE), max_size=len(PEOPLE)))
    def open_bank(self, opening: list[int]) -> None:
        """Four people with some money, one of them with an overdraft, and two of the bank's own."""
        self.books = self.make_books()
        self.numbers = 0
        self.sent: list[Command] = []
        self.books.open_account(CASH, floor=None)
        self.books.open_account(FEES, floor=None)
        for name, amount in zip(PEOPLE, opening, strict=True):
            self.books.open_account(name, floor=OVERDRAFT if name == "dora" else 0)
            if amount:
                paid_in = [debit(CASH, amount), credit(name, amount)]
                self.post(MovementCommand(id=self.new_id(), kind="deposit", currency="NGN", postings=paid_in))

    @invariant()
    def books_keep_their_promises(self) -> None:
        if hasattr(self, "books"):
            check_invariants(self.books.snapshot())

    # What people do.

    @rule(payer=accounts, payee=accounts, amount=amounts, version=st.sampled_from([None, 1, 2]))
    def transfer(self, payer: str, payee: str, amount: int, version: int | None) -> None:
        command = transfer(id=self.new_id(), payer=payer, payee=payee, amount=Money(amount, "NGN"))
        proof = PinProof(payer, version) if version else None
        self.post(msgspec.structs.replace(command, pin_proof=proof))

    @rule(payer=people, payee=people, amount=st.integers(1, 50_00), fee=st.integers(1, 100))
    def transfer_with_fee(self, payer: str, payee: str, amount: int, fee: int) -> None:
        legs = [debit(payer, amount), debit(payer, fee), credit(payee, amount), credit(FEES, fee)]
        self.post(MovementCommand(id=self.new_id(), kind="transfer", currency="NGN", postings=legs))

    @rule(account=accounts, amount=amounts, expires_in_s=terms_s)
    def hold(self, account: str, amount: int, expires_in_s: int) -> None:
        self.post(
            HoldCommand(
                id=self.new_id(), account=account, amount=amount, currency="NGN", expires_in_s=expires_in_s
            )
        )

    @rule(data=st.data(), payee=people, final=st.booleans(), more=st.sampled_from([-1, 0, 0, 0, 1]))
    def capture(self, data: st.DataObject, payee: str, final: bool, more: int) -> None:
        holds = self.books.snapshot().holds
        name = data.draw(st.sampled_from([*holds, "hold-of-nobody"]))
        hold = holds.get(name)
        account, amount = (hold.account, hold.remaining or 1) if hold else ("ada", 1)
        part = data.draw(st.integers(1, amount)) + more
        self.post(
            CaptureCommand(
                id=self.new_id(),
                hold=name,
                kind="card_payment",
                currency="NGN",
                postings=[debit(account, part), credit(payee, part)],
                final=final,
            )
        )

    @rule(data=st.data(), expired=st.booleans())
    def end_hold(self, data: st.DataObject, expired: bool) -> None:
        name = data.draw(st.sampled_from([*self.books.snapshot().holds, "hold-of-nobody"]))
        command = ReleaseCommand(id=self.new_id(), hold=name)
        self.post(msgspec.structs.replace(command, reason="expired") if expired else command)

    @rule(seconds=st.sampled_from([0.5, 60, 3600]))
    def let_time_pass(self, seconds: float) -> None:
        self.books.wait(seconds)

    @precondition(lambda self: any(isinstance(c, MovementCommand) for c in self.sent))
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        original = data.draw(st.sampled_from([c for c in self.sent if isinstance(c, MovementCommand)]))
        self.post(reverse(original, id=self.new_id()))

    # What goes wrong on the way.

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """A repeat gets the same answer and changes nothing, whoever asks and whatever happened since."""
        command = data.draw(st.sampled_from(self.sent))
        before = self.books.snapshot()
        again = msgspec.structs.replace(command, initiator="somebody else")
        (outcome,) = self.books.post([again])
        assert (outcome.status, outcome.replayed) == ("posted", True)
        assert self.books.snapshot() == before

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_another_body(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(self.sent))
        before = self.books.snapshot()
        other = transfer(id=command.id, payer="ada", payee="bayo", amount=Money(7, "NGN"), narration="not it")
        (outcome,) = self.books.post([other])
        assert outcome.code == "id_used_for_other_movement"
        assert self.books.snapshot() == before

    @rule(data=st.data(), size=st.integers(2, 6))
    def send_a_batch(self, data: st.DataObject, size: int) -> None:
        """Several at once, some of them twice: each answered as if it had come alone."""
        commands: list[Command] = []
        for _ in range(size):
            payer, payee, amount = data.draw(st.tuples(people, people, st.integers(1, 90_00)))
            again = bool(commands) and data.draw(st.booleans())
            fresh = transfer(id=self.new_id(), payer=payer, payee=payee, amount=Money(amount, "NGN"))
            commands.append(data.draw(st.sampled_from(commands)) if again else fresh)
        before = self.books.snapshot()
        outcomes = self.books.post(commands)
        self.check_batch(before, commands, outcomes)

    # What the office does.

    @rule(account=people, may_debit=st.booleans(), may_credit=st.booleans(), closed=st.booleans())
    def change_account(self, account: str, may_debit: bool, may_credit: bool, closed: bool) -> None:
        self.books.set_account(account, field="may_debit", value=may_debit)
        self.books.set_account(account, field="may_credit", value=may_credit)
        self.books.set_account(account, field="closed", value=closed and may_debit)

    @rule(account=people, version=st.sampled_from([1, 2]))
    def change_pin(self, account: str, version: int) -> None:
        self.books.set_account(account, field="pin_version", value=version)

    # The machine itself.

    def new_id(self) -> str:
        self.numbers += 1
        return f"m{self.numbers}"

    def post(self, command: Command) -> Outcome:
        """Post one, and hold a refusal to its word."""
        before = self.books.snapshot()
        (outcome,) = self.books.post([command])
        assert outcome.id == command.id
        if outcome.status == "posted":
            assert not outcome.replayed
            assert not outcome.code
            self.sent.append(command)
        else:
            assert outcome.code
            assert self.books.snapshot() == before, f"{outcome.code} moved something"
        return outcome

    def check_batch(self, before: Snapshot, commands: list[Command], outcomes: list[Outcome]) -> None:
        """Work it out by hand, command by command: transfers between people only."""
        balances = {name: account.balance for name, account in before.accounts.items()}
        first: dict[str, Outcome] = {}
        for command, outcome in zip(commands, outcomes, strict=True):
            assert isinstance(command, MovementCommand)
            if command.id in first and first[command.id].status == "posted":
                assert (outcome.status, outcome.replayed) == ("posted", True)
                continue
            first[command.id] = outcome
            if outcome.status == "posted":
                assert not outcome.replayed
                self.sent.append(command)
                for posting in command.postings:
                    change = posting.amount if posting.side == "credit" else -posting.amount
                    balances[posting.account] += change
        after = self.books.snapshot()
        assert balances == {name: account.balance for name, account in after.accounts.items()}
        posted = {c.id for c, o in zip(commands, outcomes, strict=True) if o.status == "posted"}
        assert after.posted == before.posted | posted
