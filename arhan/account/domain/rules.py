"""The refusals of the posting engine, each a rule that can be asked by itself. Pure.

A rule answers the refusal that applies, or None. `change` is what a command does to an account,
credits minus debits in minor units: an account is on one side of a command only, so its sign is
the side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.domain.book import MAX_BALANCE
from arhan.account.errors import posting as errors
from arhan.account.movements import KINDS
from arhan.contracts.account import HoldCommand, ReleaseCommand
from arhan.kernel.money import MAX_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from arhan.account.domain.book import AccountState, HoldState
    from arhan.contracts.account import Command, Posting
    from arhan.kernel.errors import Refusal

LONGEST_HOLD_S = 31 * 24 * 60 * 60

_RANK = {refusal: rank for rank, refusal in enumerate(errors.PRECEDENCE)}


def first(found: Iterable[Refusal]) -> Refusal:
    """The one that comes first in the order of precedence."""
    return min(found, key=_RANK.__getitem__)


def changes_of(command: Command) -> dict[str, int] | Refusal:
    """What the command does to each account, or what is wrong with it whatever the books say.

    A hold counts as a debit: it takes from what is available.
    """
    if isinstance(command, HoldCommand):
        return _refuse_hold_form(command) or {command.account: -command.amount}
    if isinstance(command, ReleaseCommand):
        return {}
    if command.kind not in KINDS:
        return errors.KIND_UNKNOWN
    return _net(command.postings)


def _refuse_hold_form(command: HoldCommand) -> Refusal | None:
    if not 0 < command.amount <= MAX_AMOUNT:
        return errors.AMOUNT_OUT_OF_RANGE
    return None if 0 < command.expires_in_s <= LONGEST_HOLD_S else errors.HOLD_TERM_OUT_OF_RANGE


def _net(postings: Sequence[Posting]) -> dict[str, int] | Refusal:
    """The change of each account; several postings may be on the same side of one account."""
    changes: dict[str, int] = {}
    both_sides = False
    for posting in postings:
        if not 0 < posting.amount <= MAX_AMOUNT:
            return errors.AMOUNT_OUT_OF_RANGE
        change = posting.amount if posting.side == "credit" else -posting.amount
        before = changes.get(posting.account)
        if before is not None:
            both_sides |= (before < 0) != (change < 0)
            change += before
        changes[posting.account] = change
    total: int = sum(changes.values())
    if total or not changes:
        return errors.UNBALANCED_MOVEMENT
    return errors.SAME_ACCOUNT if both_sides else changes


def refuse_leg(  # noqa: PLR0911 - one refusal after the other, as they rank
    account: AccountState | None, change: int, *, currency: str, promised: bool = False
) -> Refusal | None:
    """The account exists, takes this change, and has the money for it.

    `promised`: a hold reserved it before, whatever was frozen or spent since.
    """
    if account is None:
        return errors.ACCOUNT_NOT_FOUND
    if account.currency != currency:
        return errors.CURRENCY_MISMATCH
    if account.closed:
        return errors.ACCOUNT_CLOSED
    if change < 0 and not promised:
        if not account.may_debit:
            return errors.ACCOUNT_FROZEN
        if account.floor is not None and account.balance - account.held + change < account.floor:
            return errors.INSUFFICIENT_FUNDS
    if change > 0 and not account.may_credit:
        return errors.ACCOUNT_FROZEN
    if not -MAX_BALANCE <= account.balance + change <= MAX_BALANCE:
        return errors.BALANCE_OUT_OF_RANGE
    return None


def against_open(hold: HoldState, *, now: datetime) -> list[Refusal]:
    """The hold must be open and its time not run out, swept or not."""
    if hold.status == "captured":
        return [errors.HOLD_ALREADY_CAPTURED]
    if hold.status == "released":
        return [errors.HOLD_ALREADY_RELEASED]
    if hold.status == "expired" or now >= hold.expires_at:
        return [errors.HOLD_EXPIRED]
    return []


def against_expiry(hold: HoldState, *, now: datetime) -> list[Refusal]:
    """The hold must be open and its time run out: never a moment early."""
    if hold.status == "open":
        return [] if now >= hold.expires_at else [errors.HOLD_NOT_EXPIRED]
    return against_open(hold, now=now)


def against_capture(
    hold: HoldState, *, account: AccountState, changes: Mapping[str, int], may_exceed: int = 0
) -> list[Refusal]:
    """A capture takes from the held account alone, and no more than the hold still reserves.

    It may exceed the hold by what was agreed, if the account has that much available besides. That part
    was promised to nobody: it is refused where money may not leave the account any more.
    """
    if [account for account, change in changes.items() if change < 0] != [hold.account]:
        return [errors.NOT_THE_HELD_ACCOUNT]
    excess = -changes[hold.account] - hold.remaining
    if excess > max(may_exceed, 0):
        return [errors.CAPTURE_EXCEEDS_HOLD]
    if excess <= 0:
        return []
    if not account.may_debit:
        return [errors.ACCOUNT_FROZEN]
    short = account.available is not None and excess > account.available
    return [errors.INSUFFICIENT_FUNDS] if short else []
