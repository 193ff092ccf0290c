"""Closing an account: the interest due is paid, what is left moves where it is told, nothing stays behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account import movements
from arhan.account.domain import deposits as deposit_rules
from arhan.account.domain import lifecycle
from arhan.account.domain.interest import whole_units
from arhan.account.domain.product_terms import Terms, read
from arhan.account.errors.accounts import (
    ACCOUNT_NOT_EMPTY,
    CARDS_OPEN,
    DEPOSIT_PAYS_HERE,
    LOAN_UNDER_WAY,
    STANDING_ORDERS_OPEN,
)
from arhan.account.errors.products import REMAINDER_UNFIT
from arhan.account.service import business_day, pins, standing_orders
from arhan.account.service.deposits import pay_interest, post_or_refuse
from arhan.account.service.lifecycle import changed, refuse_frozen_by_bank
from arhan.account.service.loan_allocation import post_all
from arhan.account.service.parties import account_for
from arhan.account.store import accounts as store
from arhan.account.store import cards as card_store
from arhan.account.store import deposits as deposit_store
from arhan.account.store import fees as fee_store
from arhan.account.store import interest as interest_store
from arhan.account.store import loans as loan_store
from arhan.contracts.chart import bank_account
from arhan.kernel import clock, outbox
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.ids import new_id
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.models import Account, TermDeposit
    from arhan.kernel.auth import Principal

NO_TERMS = Terms()
BOOKED_WITH = (
    "interest_expense",
    "interest_payable",
    "overdraft_interest_income",
    "overdraft_interest_receivable",
    "tax_payable",
)
"""The bank's own accounts that interest is booked with."""


def close_account(
    *, principal: Principal, account_id: str, reason: str, remainder_to: str = "", pin: str | None = None
) -> Account:
    """Close an account for good; what is closed stays as it is.

    `remainder_to` is an account's id or number; a holder who names somebody else's proves the PIN. A
    fixed-term deposit that is closed before its time loses a share of its interest and pays into the
    account it came from, unless told otherwise. Locks fees, deposit and accrual, then the balance rows it
    will change, in the order in which all movements lock them. Refused(not_found
    | account_role_insufficient | signatures_needed | frozen_by_bank | holds_open | account_overdrawn | account_not_empty | loan_under_way |
    cards_open | standing_orders_open | deposit_pays_here | remainder_unfit | and what a PIN or the books
    refuse with). Asks payment whether standing orders pay from it: one given at this very moment ends
    with its first payment.
    """
    seen = account_for(principal, account_id, "close")
    if seen.status == "closed":
        return seen
    to = _way_out(seen, remainder_to)
    if to is not None and to.customer != seen.customer and not principal.is_staff:
        pins.prove_pin(account=seen, person=principal.subject, pin=pin)
    if standing_orders.count_open(account_id):
        raise Refused(STANDING_ORDERS_OPEN)
    with django_transaction() as cursor:
        fee_store.waive_of(account_id)
        deposit = deposit_store.lock(account_id)
        accrual = interest_store.lock(account_id)
        store.lock_together(_changed_by_closing(seen, to, bears_interest=accrual is not None))
        account = store.lock(account_id)
        if account.status == "closed":
            return account
        _refuse(account, principal, has_way_out=to is not None)
        today = business_day.business_date(cursor)
        _settle(account, deposit, to, today=today)
        now = clock.now()
        account = store.lock(account_id)
        store.set_status(
            account, status="closed", reason=reason, changed_by=principal.subject, changed_at=now
        )
        outbox.publish(cursor, [changed(account)], event_at=now)
        return account


def _way_out(account: Account, named: str) -> Account | None:
    """Where what is left goes; Refused(remainder_unfit)."""
    deposit = deposit_store.find(account.id)
    if not named:
        return deposit.pay_to if deposit else None
    to = store.find(named) or next(iter(store.search(store.Search(number=named, limit=1))), None)
    if to is None or to.id == account.id or to.currency != account.currency or not to.customer:
        raise Refused(REMAINDER_UNFIT)
    return to


def _changed_by_closing(account: Account, to: Account | None, *, bears_interest: bool) -> list[str]:
    """Whose balances may change: the account's, the one that has what is left, the bank's for the interest."""
    banks = [bank_account(name, account.currency) for name in BOOKED_WITH] if bears_interest else []
    return [account.id, *([to.id] if to else []), *banks]


def _refuse(account: Account, principal: Principal, *, has_way_out: bool) -> None:
    lifecycle.next_status(account.status, verb="close")
    if account.status == "frozen" and not principal.is_staff:
        refuse_frozen_by_bank(account)
    lifecycle.refuse_closing(account.balance.state(), has_way_out=has_way_out)
    if loan_store.is_served_by(account.id):
        raise Refused(LOAN_UNDER_WAY)
    if card_store.count_open(account.id):
        raise Refused(CARDS_OPEN)
    if deposit_store.is_paid_into(account.id):
        raise Refused(DEPOSIT_PAYS_HERE)


def _settle(account: Account, deposit: TermDeposit | None, to: Account | None, *, today: date) -> None:
    """Interest is paid and charged, the rest moves on, and nothing is counted from now on."""
    deposit_store.let_everything(account.id)
    terms = read(account.version.terms) if account.version else NO_TERMS
    _pay_and_charge(account, terms, deposit, today=today)
    left = deposit_store.balance_of(account.id)
    if left:
        if to is None:
            raise Refused(ACCOUNT_NOT_EMPTY)
        money = Money(left, account.currency)
        command = movements.between_own(
            "closing",
            id=f"{account.id}.closing",
            payer=account.id,
            payee=to.id,
            amount=money,
            narration="Account closed",
        )
        post_or_refuse([command])
    if deposit is not None and deposit.state == "running":
        deposit.state = "broken"
        deposit_store.save(deposit)
    interest_store.forget(account.id)


def _pay_and_charge(account: Account, terms: Terms, deposit: TermDeposit | None, *, today: date) -> None:
    accrual = interest_store.lock(account.id)
    if accrual is None:
        return
    earned, owed = whole_units(int(accrual.earned)), whole_units(int(accrual.owed))
    if earned < 0:  # taken back by a late correction, and not to be had any more
        post_all(
            [movements.interest_accrual(id=new_id("mov"), amount=Money(-earned, account.currency))],
            now=clock.now(),
        )
    lost = 0
    if deposit is not None and deposit.state == "running" and terms.fixed_term is not None:
        lost = deposit_rules.lost_early(terms.fixed_term, interest=max(earned, 0))
    pay_interest(account, terms, lost=lost, until=today, booked_on=today)
    if owed > 0:
        money = Money(owed, account.currency)
        command = movements.overdraft_interest(
            id=f"{account.id}.overdraft.{today}", account=account.id, amount=money, value_date=today
        )
        post_or_refuse([command])
