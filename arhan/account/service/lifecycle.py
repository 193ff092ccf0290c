"""Freezing, unfreezing and closing, by the owner or by the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.domain import lifecycle
from arhan.account.errors.accounts import LOAN_UNDER_WAY
from arhan.account.service.accounts import get_for
from arhan.account.store import accounts as store
from arhan.account.store import loans as loan_store
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
    """Freeze (for debits, credits or both), unfreeze or close an account; what is so already stays as it is.

    Locks the balance row, so that no movement is under way meanwhile. Refused(not_found |
    account_is_closed | frozen_by_bank | holds_open | account_not_empty |
    loan_under_way).
    """
    get_for(principal, account_id)
    with django_transaction() as cursor:
        account = store.lock(account_id)
        status = lifecycle.next_status(account.status, verb=verb)
        if account.status == "frozen" and not principal.is_staff:
            lifecycle.refuse_owner(owner=account.customer, frozen_by=account.status_changed_by)
        if verb == "close" and account.status != "closed":
            lifecycle.refuse_closing(account.balance.state())
            if loan_store.is_served_by(account_id):
                raise Refused(LOAN_UNDER_WAY)
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
            outbox.publish(cursor, [_changed(account)], event_at=now)
        return account


def _changes(account: Account, *, status: str, frozen_side: str, by: Principal) -> bool:
    """Whether there is anything to do; the bank takes over what an owner froze."""
    takes_over = status == "frozen" and by.is_staff and account.status_changed_by == account.customer
    return (status, frozen_side) != (account.status, account.frozen_side) or takes_over


def _changed(account: Account) -> AccountStatusChanged:
    return AccountStatusChanged(
        id=account.id,
        customer=account.customer,
        status=account.status,
        reason=account.status_reason,
        changed_by=account.status_changed_by,
        frozen_side=account.frozen_side,
    )
