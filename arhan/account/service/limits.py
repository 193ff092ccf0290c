"""What may leave an account: shown, lowered at once, raised after a night's sleep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.account.domain import limits as rules
from arhan.account.domain.limits import Limits
from arhan.account.domain.product_terms import read
from arhan.account.service.accounts import get_for
from arhan.account.service.business_day import business_date
from arhan.account.service.parties import account_for
from arhan.account.store import accounts as accounts_store
from arhan.account.store import limits as store
from arhan.contracts.tiers import TierLimits, tiers_on
from arhan.kernel import clock
from arhan.kernel.database import django_transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from arhan.account.domain.book import AccountState
    from arhan.account.models import Account
    from arhan.kernel.auth import Principal

PAGE = 500


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """Everything that limits an account, and how much of it is used."""

    account: Account
    tier: TierLimits | None
    product: Limits
    chosen: rules.Choice
    raised_at: datetime | None
    spent_day: int
    spent_month: int
    outflow: int
    """What counts against the tier's day: paid from all accounts of the customer in the currency."""


def get_limits(principal: Principal, account_id: str) -> AccountLimits:
    """The limits of an account this person may see; Refused(not_found)."""
    return _describe(get_for(principal, account_id))


def _describe(account: Account) -> AccountLimits:
    chosen, raised_at = store.find_choice(account.id)
    with django_transaction() as cursor:
        today = business_date(cursor)
    state = account.balance.state()
    in_day, in_month = rules.spent(state, on=today)
    return AccountLimits(
        account=account,
        tier=rules.allowed_by(tiers_on(today), tier=state.tier, currency=state.currency),
        product=product_limits(account),
        chosen=chosen,
        raised_at=raised_at,
        spent_day=in_day,
        spent_month=in_month,
        outflow=_outflow(state, on=today, alone=in_day),
    )


def _outflow(state: AccountState, *, on: date, alone: int) -> int:
    if state.spender is None:
        return alone
    found = store.find_outflow(state.spender, state.currency)
    return found.amount if found and found.day == on else 0


def choose_limits(*, principal: Principal, account_id: str, wanted: Limits) -> AccountLimits:
    """The holder wants these limits: what is lower holds at once, what is higher after it has cooled off.

    Locks the balance row, so that no payment is under way meanwhile. Refused(not_found | account_role_insufficient).
    """
    account_for(principal, account_id, "manage")
    with django_transaction():
        account = accounts_store.lock(account_id)
        now = clock.now()
        before, raised_at = store.find_choice(account_id)
        choice = rules.choose(before=before.now, wanted=wanted)
        if choice.later != before.later or raised_at is None:  # asking again does not begin the wait again
            raised_at = now + rules.COOLING_OFF if choice.later else None
        store.put_choice(
            account_id, choice, raised_at=raised_at, changed_by=principal.subject, changed_at=now
        )
        enforce(account)
    return _describe(get_for(principal, account_id))


def enforce(account: Account) -> None:
    """Hold movements to what product and customer allow now; hold the lock of the balance row."""
    product, chosen = product_limits(account), store.find_choice(account.id)[0].now
    strictest = Limits(
        payment=rules.strictest(product.payment, chosen.payment),
        day=rules.strictest(product.day, chosen.day),
        month=rules.strictest(product.month, chosen.month),
    )
    store.enforce(account.id, strictest)


def product_limits(account: Account) -> Limits:
    """What the version of its product allows the account."""
    if account.version is None:
        return Limits()
    terms = read(account.version.terms)
    return Limits(payment=terms.payment_limit, day=terms.day_limit, month=terms.month_limit)


def raise_cooled_off() -> int:
    """Let limits that have cooled off come into force; how many there were. May run twice at once."""
    raised = 0
    while ids := store.list_cooled_off(now=clock.now(), limit=PAGE):
        raised += sum(_raise(id_) for id_ in ids)
    return raised


def _raise(account_id: str) -> bool:
    with django_transaction():
        account = accounts_store.lock(account_id)
        choice, raised_at = store.find_choice(account_id)
        now = clock.now()
        if choice.later is None or raised_at is None or raised_at > now:
            return False
        in_force = rules.Choice(choice.later, later=None)
        store.put_choice(account_id, in_force, raised_at=None, changed_by=account.customer, changed_at=now)
        enforce(account)
        return True
