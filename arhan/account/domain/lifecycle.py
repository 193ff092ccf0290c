"""From opening to closing: the states of a customer's account, and who may change them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from arhan.account.errors import accounts as errors
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.account.domain.book import AccountState

Status = Literal["pending", "active", "frozen", "dormant", "closed"]
Verb = Literal["activate", "freeze", "unfreeze", "close", "fall_asleep"]
STATUSES: tuple[str, ...] = get_args(Status)
FrozenSide = Literal["debit", "credit", "both"]
FROZEN_SIDES: tuple[str, ...] = get_args(FrozenSide)

TRANSITIONS: dict[tuple[str, Verb], Status] = {
    ("pending", "activate"): "active",
    ("pending", "close"): "closed",
    ("active", "activate"): "active",
    ("active", "fall_asleep"): "dormant",
    ("active", "freeze"): "frozen",
    ("active", "unfreeze"): "active",
    ("active", "close"): "closed",
    ("frozen", "freeze"): "frozen",
    ("frozen", "unfreeze"): "active",
    ("frozen", "close"): "closed",
    ("dormant", "activate"): "active",
    ("dormant", "freeze"): "frozen",
    ("dormant", "close"): "closed",
    ("closed", "close"): "closed",
}
"""(from, verb) -> to. Asking again for what is so already changes nothing; what is not here is refused."""


def next_status(status: str, *, verb: Verb) -> Status:
    """Where the verb leads; Refused(account_is_closed | account_status_unfit) when it leads nowhere."""
    try:
        return TRANSITIONS[status, verb]
    except KeyError:
        refusal = errors.ACCOUNT_IS_CLOSED if status == "closed" else errors.ACCOUNT_STATUS_UNFIT
        raise Refused(refusal) from None


def may_move(status: str, *, frozen_side: str) -> tuple[bool, bool]:
    """Whether money may leave an account, and whether it may come in."""
    if status == "frozen":
        return frozen_side == "credit", frozen_side == "debit"
    return status == "active", status != "closed"


def refuse_holder(*, frozen_by_bank: bool) -> None:
    """What the bank froze, its holders cannot unfreeze or close; Refused(frozen_by_bank)."""
    if frozen_by_bank:
        raise Refused(errors.FROZEN_BY_BANK)


def refuse_closing(account: AccountState, *, has_way_out: bool) -> None:
    """What is left needs somewhere to go; Refused(holds_open | account_overdrawn | account_not_empty)."""
    if account.held:
        raise Refused(errors.HOLDS_OPEN)
    if account.balance < 0:
        raise Refused(errors.ACCOUNT_OVERDRAWN)
    if account.balance and not has_way_out:
        raise Refused(errors.ACCOUNT_NOT_EMPTY)
