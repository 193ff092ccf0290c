"""Freezing, unfreezing and closing, by the owner or by the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from arhan.account.domain import lifecycle
from arhan.account.domain.product_terms import read
from arhan.account.errors.products import OPENING_DEPOSIT_MISSING
from arhan.account.service import business_day
from arhan.account.service.parties import account_for, is_its_holder, may, name_of_holder
from arhan.account.store import accounts as store
from arhan.account.store import deposits as deposit_store
from arhan.account.store import interest as interest_store
from arhan.contracts.account import AccountStatusChanged
from arhan.kernel import clock, outbox
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.account.domain.lifecycle import FrozenSide, Verb
    from arhan.account.models import Account
    from arhan.kernel.auth import Principal


def change_status(
    *, principal: Principal, account_id: str, verb: Verb, reason: str, frozen_side: FrozenSide = "debit"
) -> Account:
    """Activate, freeze (for debits, credits or both) or unfreeze an account; what is so already stays as it is.

    Nothing leaves a fixed-term deposit before its time, whatever else it is.

    Locks the balance row, so that no movement is under way meanwhile (of an account that is woken its
    accrual first). Refused(not_found |
    account_role_insufficient | account_is_closed | account_status_unfit | frozen_by_bank | opening_deposit_missing).
    """
    account_for(principal, account_id, "manage" if verb == "activate" else "freeze")
    with django_transaction() as cursor:
        if verb == "activate":
            interest_store.lock(account_id)
        account = store.lock(account_id)
        status = lifecycle.next_status(account.status, verb=verb)
        if account.status == "frozen" and not principal.is_staff:
            refuse_frozen_by_bank(account)
        if verb == "activate":
            _refuse_unfunded(account)
        side = frozen_side if status == "frozen" else ""
        if _changes(account, status=status, frozen_side=side, by=principal):
            now = clock.now()
            store.set_status(
                account,
                status=status,
                frozen_side=side,
                reason=reason,
                changed_by=principal.subject,
                changed_at=now,
            )
            if deposit_store.runs_on(account.id):
                deposit_store.let_out(account.id, out=False)
            outbox.publish(cursor, [changed(account)], event_at=now)
            if verb == "activate":
                interest_store.wake(account.id, on=business_day.business_date(cursor))
        return account


@dataclass(frozen=True, slots=True)
class Freezing:
    """Who froze an account, and whether who looks at it can let it go."""

    by: Literal["", "holder", "bank"] = ""
    """Empty for an account that is not frozen."""
    name: str = ""
    """Of the holder who did."""
    may_unfreeze: bool = False
    """Of staff their permissions say it."""


def freezing_of(account: Account, principal: Principal) -> Freezing:
    """The same rules by which `change_status` lets or refuses."""
    if account.status != "frozen":
        return Freezing()
    name = name_of_holder(account, account.status_changed_by)
    if name is None:
        return Freezing("bank")
    return Freezing("holder", name, not principal.is_staff and may(principal.subject, account, "freeze"))


def refuse_frozen_by_bank(account: Account) -> None:
    """What the bank froze, its holders cannot let go; what one of them froze, another can."""
    by_holder = is_its_holder(account, account.status_changed_by)
    lifecycle.refuse_holder(frozen_by_bank=not by_holder)


def _refuse_unfunded(account: Account) -> None:
    """An account that waits for its opening deposit begins when it is there."""
    if account.status != "pending" or account.version is None:
        return
    if account.balance.balance < read(account.version.terms).opening_deposit:
        raise Refused(OPENING_DEPOSIT_MISSING)


def _changes(account: Account, *, status: str, frozen_side: str, by: Principal) -> bool:
    """Whether there is anything to do; the bank takes over what an owner froze."""
    takes_over = status == "frozen" and by.is_staff and is_its_holder(account, account.status_changed_by)
    return (status, frozen_side) != (account.status, account.frozen_side) or takes_over


def changed(account: Account) -> AccountStatusChanged:
    """What others hear of it."""
    return AccountStatusChanged(
        id=account.id,
        customer=account.customer,
        status=account.status,
        reason=account.status_reason,
        changed_by=account.status_changed_by,
        frozen_side=account.frozen_side,
    )
