"""The money core: what becomes of each command, and of the balances. Pure.

A batch is decided command by command, each on the balances the ones before it left. Each goes
through the same steps: is it well formed, was it posted before, does anything speak against it; and
then it must succeed. A refused command changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import ClassVar, NamedTuple

import msgspec

from arhan.account.cards import rules as card_rules
from arhan.account.cards.spending import Spending
from arhan.account.domain import limits, rules
from arhan.account.domain.book import AccountState, Book, HoldState, HoldStatus, Outflow, PostedBefore
from arhan.account.domain.fingerprint import fingerprint_of, has_legs
from arhan.account.errors import cards as card_errors
from arhan.account.errors import posting as errors
from arhan.account.movements import mirror
from arhan.contracts.account import (
    CaptureCommand,
    CardUse,
    Command,
    Entry,
    HoldCommand,
    MovementCommand,
    Outcome,
    PinProof,
    Posting,
    ReleaseCommand,
)
from arhan.kernel.clock import rfc3339
from arhan.kernel.errors import Refusal

Changes = Mapping[str, int]

NO_TIERS: limits.Tiers = {}


class Posted(msgspec.Struct, frozen=True):
    """What is written down, for ever, about a command that was posted."""

    id: str
    kind: str
    currency: str
    narration: str
    initiator: str
    booking_date: date
    value_date: date
    posted_at: datetime
    reverses: str | None
    hold: str | None
    fingerprint: bytes
    entries: list[Entry]
    """Empty for holds and releases: they move nothing."""


class Result(msgspec.Struct, frozen=True):
    """What became of a batch: an answer for each command, and what is to be written."""

    outcomes: list[Outcome]
    posted: list[Posted]
    accounts: list[AccountState]
    """Every account that changed, as it is now."""
    holds: list[HoldState]
    """Every hold that was placed or changed, as it is now."""
    spending: list[Spending]
    """The counters of every card that was used, or whose hold ended, as they are now."""
    outflows: list[Outflow]
    """What customers with several accounts paid from all of them, where that changed."""


class Draft(NamedTuple):
    """What a command says by itself, whatever the books say."""

    command: Command
    changes: Changes
    """What it does to each account, credits minus debits in minor units."""
    fault: Refusal | None
    """What is wrong with it in any books."""
    fingerprint: bytes


def draft(commands: Iterable[Command]) -> list[Draft]:
    """Read commands for what they say; may be done while the books are still asked for."""
    return [_draft(command) for command in commands]


def _draft(command: Command) -> Draft:
    changes = rules.changes_of(command)
    if isinstance(changes, Refusal):
        return Draft(command, {}, changes, b"")
    return Draft(command, changes, None, fingerprint_of(command))


def apply(
    *,
    book: Book,
    drafts: Sequence[Draft],
    now: datetime,
    booking_date: date,
    tiers: limits.Tiers = NO_TIERS,
) -> Result:
    """Decide a batch on the books as they were read; the book itself is not changed.

    `tiers` is what each tier of customers is allowed on this business day, in each currency.
    """
    batch = Batch(book, now=now, booking_date=booking_date, tiers=tiers)
    outcomes = [batch.answer(draft) for draft in drafts]
    changed = (
        list(batch.posted.values()),
        list(batch.accounts.values()),
        list(batch.holds.values()),
        list(batch.spending.values()),
        list(batch.outflows.values()),
    )
    return Result(outcomes, *changed)


def refused(command: Command, refusal: Refusal, *, breach: limits.Breach | None = None) -> Outcome:
    """The answer to a command that was not posted; of a limit it says how high it is, and what is left."""
    return Outcome(
        id=command.id,
        status="refused",
        code=refusal.code,
        detail=refusal.title,
        retryable=refusal.retryable,
        limit=breach.limit if breach else None,
        left=breach.left if breach else None,
    )


class Batch:
    """A batch while it is decided: the books as they are after what was posted so far."""

    def __init__(self, book: Book, *, now: datetime, booking_date: date, tiers: limits.Tiers) -> None:
        """Nothing has changed yet."""
        self._tiers = tiers
        self._breach: limits.Breach | None = None
        self._now = now
        self._posted_at = rfc3339(now)
        self._booking_date = booking_date
        self._accounts = dict(book.accounts)
        self._holds = dict(book.holds)
        self._posted_before = book.posted
        self._reversed = set(book.reversed)
        self.posted: dict[str, Posted] = {}
        self.accounts: dict[str, AccountState] = {}
        """Working copies of the accounts that changed."""
        self.holds: dict[str, HoldState] = {}
        """Working copies of the holds that changed, and new ones."""
        self._cards = book.cards
        self._spending = book.spending
        self.spending: dict[str, Spending] = {}
        """Working copies of the counters of cards that were used, or whose holds ended."""
        self._outflows = dict(book.outflows)
        self.outflows: dict[tuple[str, str], Outflow] = {}
        """Working copies of what customers with several accounts paid from all of them."""

    def answer(self, draft: Draft) -> Outcome:
        """Answer one command, and post it unless something speaks against it."""
        command, changes, fault, fingerprint = draft
        if fault is not None:
            return refused(command, fault)
        before = self._before(command.id)
        if before is not None:
            return _repeated(command, before, fingerprint)
        against, post = self._VERBS[type(command)]
        found = against(self, command, changes)
        if found:
            return self._refused(command, rules.first(found))
        # From here it must succeed.
        self.posted[command.id] = post(self, command, fingerprint)
        return Outcome(id=command.id, status="posted", posted_at=self._posted_at)

    # A movement.

    def _against_movement(self, command: MovementCommand, changes: Changes) -> list[Refusal]:
        against = self._against_legs(changes, command.currency)
        if command.kind in limits.RECEIVING:
            against += self._against_limits(command.kind, changes)
        if command.valid_until is not None:
            against += self._against_time(command.valid_until)
        if command.pin_proof is not None:
            against += self._against_proof(command.pin_proof)
        if command.card is not None:
            against += self._against_card(command.card, changes)
        if command.reverses is not None:
            against += self._against_reversal(command, command.reverses)
        return against

    def _post_movement(self, command: MovementCommand, fingerprint: bytes) -> Posted:
        if command.reverses is not None:
            self._reversed.add(command.reverses)
        if command.card is not None:
            self._count_use(command.card, sum(p.amount for p in command.postings if p.side == "debit"))
        return Posted(
            command.id,
            command.kind,
            command.currency,
            command.narration,
            command.initiator,
            self._booking_date,
            command.value_date or self._booking_date,
            self._now,
            command.reverses,
            None,
            fingerprint,
            self._enter(command.postings, counts=command.kind in limits.SPENDING),
        )

    # A hold: it counts against the limits of the day it is placed, its capture no more.

    def _against_hold(self, command: HoldCommand, changes: Changes) -> list[Refusal]:
        against = self._against_legs(changes, command.currency)
        against += self._against_limits("card_payment", changes)
        against += self._against_time(command.valid_until)
        if command.pin_proof is not None:
            against += self._against_proof(command.pin_proof)
        if command.card is not None:
            against += self._against_card(command.card, changes)
        return against

    def _post_hold(self, command: HoldCommand, fingerprint: bytes) -> Posted:
        account = self._change_account(command.account)
        account.held += command.amount
        limits.count(account, command.amount)
        if account.spender is not None:
            limits.count_outflow(self._change_outflow(account), command.amount, on=self._booking_date)
        if command.card is not None:
            self._count_use(command.card, command.amount)
        hold = self._holds[command.id] = self.holds[command.id] = HoldState(
            id=command.id,
            account=command.account,
            currency=command.currency,
            amount=command.amount,
            remaining=command.amount,
            status="open",
            placed_at=self._now,
            expires_at=self._now + timedelta(seconds=command.expires_in_s),
            counted_on=self._booking_date,
            card=command.card.card if command.card else "",
        )
        return self._about_hold(command, "hold", hold, fingerprint, narration=command.narration)

    # A capture: all or part of a hold becomes a movement.

    def _against_capture(self, command: CaptureCommand, changes: Changes) -> list[Refusal]:
        hold = self._holds.get(command.hold)
        if hold is None:
            return [errors.HOLD_NOT_FOUND]
        against = self._against_legs(changes, command.currency, promised=hold.account)
        against += rules.against_open(hold, now=self._now)
        against += self._against_time(command.valid_until)
        return against + rules.against_capture(
            hold,
            account=self._accounts[hold.account],
            changes=changes,
            may_exceed=command.may_exceed if command.final else 0,
        )

    def _post_capture(self, command: CaptureCommand, fingerprint: bytes) -> Posted:
        hold = self._change_hold(command.hold)
        captured = sum(p.amount for p in command.postings if p.account == hold.account)
        taken = min(captured, hold.remaining)
        hold.remaining -= taken
        self._change_account(hold.account).held -= taken
        if command.final or not hold.remaining:
            self._end(hold, "captured")
        entries = self._enter(command.postings)
        return self._about_hold(
            command, command.kind, hold, fingerprint, narration=command.narration, entries=entries
        )

    # A release: a hold ends without moving.

    def _against_release(self, command: ReleaseCommand, _changes: Changes) -> list[Refusal]:
        hold = self._holds.get(command.hold)
        if hold is None:
            return [errors.HOLD_NOT_FOUND]
        against = self._against_time(command.valid_until)
        if command.reason == "expired":
            return against + rules.against_expiry(hold, now=self._now)
        return against + rules.against_open(hold, now=self._now)

    def _post_release(self, command: ReleaseCommand, fingerprint: bytes) -> Posted:
        hold = self._change_hold(command.hold)
        self._end(hold, command.reason)
        return self._about_hold(command, "release", hold, fingerprint)

    # What they share.

    def _against_legs(self, changes: Changes, currency: str, *, promised: str = "") -> list[Refusal]:
        """What speaks against each account's change; `promised` names the account of a hold."""
        against = []
        for account, change in changes.items():
            refusal = rules.refuse_leg(
                self._accounts.get(account), change, currency=currency, promised=account == promised
            )
            if refusal is not None:
                against.append(refusal)
        return against

    def _against_limits(self, kind: str, changes: Changes) -> list[Refusal]:
        """What each customer may pay and be paid; only whose own money it is, is told how much."""
        against = []
        for name, change in changes.items():
            account = self._accounts.get(name)
            if account is None or limits.is_free(account):
                continue
            allowed = limits.allowed_by(self._tiers, tier=account.tier, currency=account.currency)
            if change < 0 and kind in limits.SPENDING:
                outflow = None
                if account.spender is not None:
                    outflow = self._outflows[account.spender, account.currency].on(self._booking_date)
                    if self._stays(account.spender, (to for to in changes if changes[to] > 0)):
                        allowed = None
                self._breach = limits.refuse_spending(
                    account, -change, allowed=allowed, on=self._booking_date, outflow=outflow
                )
                against += [self._breach.refusal] if self._breach else []
            elif change > 0 and allowed is not None:
                refusal = limits.refuse_receiving(account, change, allowed=allowed)
                against += [refusal] if refusal else []
        return against

    def _stays(self, spender: str, payees: Iterable[str]) -> bool:
        """Whether it is paid between accounts of one customer: the law counts what leaves them."""
        return any(self._accounts[payee].spender == spender for payee in payees if payee in self._accounts)

    def _count_outflow(
        self, account: AccountState, spender: str, amount: int, legs: Iterable[Posting]
    ) -> None:
        if not self._stays(spender, (leg.account for leg in legs if leg.side == "credit")):
            limits.count_outflow(self._change_outflow(account), amount, on=self._booking_date)

    def _change_outflow(self, account: AccountState) -> Outflow:
        """The working copy of what the customer of one of several accounts paid, which is about to change."""
        key = account.spender or "", account.currency
        if key not in self.outflows:
            self._outflows[key] = self.outflows[key] = copy(self._outflows[key])
        return self.outflows[key]

    def _refused(self, command: Command, refusal: Refusal) -> Outcome:
        breach = self._breach if self._breach and self._breach.refusal is refusal else None
        return refused(command, refusal, breach=breach)

    def _against_time(self, valid_until: datetime | None) -> list[Refusal]:
        """A command that comes after its time is not posted for the first time."""
        late = valid_until is not None and self._now > valid_until
        return [errors.COMMAND_EXPIRED] if late else []

    def _against_card(self, use: CardUse, changes: Changes) -> list[Refusal]:
        """The card is this account's, may be used now and like that, and has limits left for it."""
        card = self._cards.get(use.card)
        if card is None:
            return [card_errors.CARD_NOT_FOUND]
        spending = self.spending.get(use.card) or self._spending[use.card]
        found: list[Refusal] = []
        for account, change in changes.items():
            if change < 0:
                found += card_rules.against_use(
                    card, spending, use, account=account, amount=-change, today=self._booking_date
                )
        return found

    def _count_use(self, use: CardUse, amount: int) -> None:
        """The card was used: it counts against its limits."""
        spending = self._change_spending(use.card)
        spending.merchant = spending.merchant or use.merchant
        spending.add(amount=amount, today=self._booking_date)

    def _change_spending(self, card: str) -> Spending:
        """The working copy of a card's counters that are about to change."""
        if card not in self.spending:
            self.spending[card] = copy(self._spending[card])
        return self.spending[card]

    def _against_proof(self, proof: PinProof) -> list[Refusal]:
        """The PIN that was proved must still be the PIN."""
        account = self._accounts.get(proof.account)
        return [] if account and account.pin_version == proof.version else [errors.PIN_CHANGED]

    def _against_reversal(self, command: MovementCommand, original: str) -> list[Refusal]:
        """A reversal names something that was posted, for the first time, and mirrors it."""
        before = self._before(original)
        if before is None:
            return [errors.MOVEMENT_NOT_FOUND]
        if original in self._reversed:
            return [errors.ALREADY_REVERSED]
        mirrored = mirror(command.postings)
        same = has_legs(before.fingerprint, currency=command.currency, postings=mirrored)
        return [] if same else [errors.REVERSAL_DIFFERS]

    def _enter(self, postings: Sequence[Posting], *, counts: bool = False) -> list[Entry]:
        """Change the balances, and write down what each account's statement will show.

        `counts`: what is debited is spent, as the limits see it.
        """
        entries = []
        for posting in postings:
            account = self._change_account(posting.account)
            account.sequence += 1
            if posting.side == "credit":
                account.balance += posting.amount
            else:
                account.balance -= posting.amount
                if counts:
                    account.spent_day += posting.amount
                    account.spent_month += posting.amount
                    if account.spender is not None:
                        self._count_outflow(account, account.spender, posting.amount, postings)
            entries.append(
                Entry(
                    account=account.id,
                    ledger_account=account.ledger_account,
                    side=posting.side,
                    amount=posting.amount,
                    sequence=account.sequence,
                    balance_after=account.balance,
                )
            )
        return entries

    def _end(self, hold: HoldState, status: HoldStatus) -> None:
        account = self._change_account(hold.account)
        account.held -= hold.remaining
        if hold.counted_on is not None:
            limits.give_back(account, hold.remaining, counted_on=hold.counted_on)
            if account.spender is not None:
                outflow = self._change_outflow(account)
                outflow.amount -= hold.remaining if outflow.day == hold.counted_on else 0
        if hold.card and hold.remaining and hold.counted_on is not None:
            self._change_spending(hold.card).give_back(
                amount=hold.remaining, counted_on=hold.counted_on, whole=hold.remaining == hold.amount
            )
        hold.remaining = 0
        hold.status = status

    def _about_hold(
        self,
        command: HoldCommand | CaptureCommand | ReleaseCommand,
        kind: str,
        hold: HoldState,
        fingerprint: bytes,
        *,
        narration: str = "",
        entries: Sequence[Entry] = (),
    ) -> Posted:
        return Posted(
            id=command.id,
            kind=kind,
            currency=hold.currency,
            narration=narration,
            initiator=command.initiator,
            booking_date=self._booking_date,
            value_date=self._booking_date,
            posted_at=self._now,
            reverses=None,
            hold=hold.id,
            fingerprint=fingerprint,
            entries=list(entries),
        )

    def _before(self, command_id: str) -> Posted | PostedBefore | None:
        return self.posted.get(command_id) or self._posted_before.get(command_id)

    def _change_account(self, name: str) -> AccountState:
        """The working copy of an account that is about to change."""
        account = self.accounts.get(name)
        if account is None:
            account = self._accounts[name] = self.accounts[name] = copy(self._accounts[name])
            if account.spent_on != self._booking_date:
                limits.begin_day(account, on=self._booking_date)
        return account

    def _change_hold(self, name: str) -> HoldState:
        """The working copy of a hold that is about to change."""
        if name not in self.holds:
            self._holds[name] = self.holds[name] = copy(self._holds[name])
        return self.holds[name]

    _VERBS: ClassVar[Mapping[type, tuple[Callable[..., list[Refusal]], Callable[..., Posted]]]] = {
        MovementCommand: (_against_movement, _post_movement),
        HoldCommand: (_against_hold, _post_hold),
        CaptureCommand: (_against_capture, _post_capture),
        ReleaseCommand: (_against_release, _post_release),
    }
    """For each command: what speaks against it, and what is done when nothing does."""


def _repeated(command: Command, before: Posted | PostedBefore, fingerprint: bytes) -> Outcome:
    """The same answer as the first time; or a refusal, where the id named something else then."""
    if before.fingerprint != fingerprint:
        return refused(command, errors.ID_USED_FOR_OTHER_MOVEMENT)
    return Outcome(id=command.id, status="posted", replayed=True, posted_at=rfc3339(before.posted_at))
