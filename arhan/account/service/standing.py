"""How well customers have proved who they are, as identity says: what the law lets them move follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.account.domain.limits import spent
from arhan.account.store import accounts, limits
from arhan.contracts.identity import PersonChanged, PersonRegistered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arhan.account.models import Account
    from arhan.kernel.outbox import Event


def apply_people(_cursor: Any, events: Sequence[Event]) -> None:
    """Keep the tiers that identity tells of, in the caller's transaction.

    A registration is where a customer began: a tier known already is newer.
    """
    for event in events:
        if event.type == PersonRegistered.event_type():
            person = msgspec.convert(event.data, PersonRegistered)
            limits.insert_tier(person.id, person.tier)
        elif event.type == PersonChanged.event_type():
            changed = msgspec.convert(event.data, PersonChanged)
            accounts.lock_openings(changed.id)
            limits.put_tier(changed.id, changed.tier)


def tier_at_opening(customer: str, *, told: int) -> int:
    """The tier of a new account: the last heard of, or what identity told just now.

    Call it while the customer's openings are locked, so that no change is missed between.
    """
    limits.insert_tier(customer, told)
    found = limits.find_tier(customer)
    return told if found is None else found


def count_together(account: Account, *, on: date) -> None:
    """Let a customer's accounts of a currency share what the law allows, once there are several.

    In the transaction that opens one, while the customer's openings are locked; locks the balance rows.
    """
    theirs = limits.lock_siblings(account.customer, account.currency)
    if len(theirs) > 1:
        paid = sum(spent(balance.state(), on=on)[0] for balance in theirs)
        limits.share(theirs, customer=account.customer, currency=account.currency, day=on, amount=paid)
