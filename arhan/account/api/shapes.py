"""Accounts and entries as answers."""

from __future__ import annotations

from typing import Literal

from arhan.account.models import Account
from arhan.account.schemas.accounts import AccountFound, AccountShape, BalanceAt, BalanceFound, EntryShape
from arhan.account.service.lifecycle import freezing_of
from arhan.account.store.entries import EntryRow
from arhan.contracts.chart import BY_CODE
from arhan.kernel.auth import Principal


def account_shape(account: Account, viewer: Principal) -> AccountShape:
    """An account as this person sees it."""
    state = account.balance.state()
    freezing = freezing_of(account, viewer)
    return AccountShape(
        id=account.id,
        number=account.number,
        product=account.product_id,
        kind=account.product.kind if account.product else None,
        currency=account.currency,
        status=account.status,
        status_reason=account.status_reason,
        status_changed_by=account.status_changed_by,
        frozen_side=account.frozen_side,
        frozen_by=freezing.by,
        frozen_by_name=freezing.name,
        may_unfreeze=freezing.may_unfreeze,
        name=account.name,
        customer=account.customer or None,
        signatures=account.signatures,
        signatures_from=account.signatures_from,
        balance=state.balance * _sign(state.ledger_account),
        held=state.held,
        available=state.available,
        opened_at=account.opened_at,
    )


def entry_shape(entry: EntryRow, account: Account) -> EntryShape:
    """A line of an account's statement."""
    return EntryShape(
        seq=entry.sequence,
        movement_id=entry.movement,
        kind=entry.kind,
        side=entry.side,
        amount=entry.amount,
        balance_after=entry.balance_after * _sign(account.balance.ledger_account),
        booked_at=entry.posted_at,
        booking_date=entry.booking_date,
        value_date=entry.value_date,
        narration=entry.narration,
    )


def balance_shape(account: Account, *, at: str, by: Literal["booking", "value"], balance: int) -> BalanceAt:
    """What an account held at a time, as people see it."""
    shown = balance * _sign(account.balance.ledger_account)
    return BalanceAt(account=account.id, currency=account.currency, at=at, by=by, balance=shown)


def account_found(account: Account) -> AccountFound:
    """An account as siblings see it."""
    return AccountFound(
        id=account.id,
        number=account.number,
        customer=account.customer,
        name=account.name,
        product=account.product_id,
        currency=account.currency,
        status=account.status,
        ledger_account=account.balance.ledger_account,
        opened_at=account.opened_at,
    )


def balance_found(account: Account) -> BalanceFound:
    """A balance as the books are compared: credits minus debits for every kind of account."""
    balance = account.balance
    return BalanceFound(
        account=account.id,
        ledger_account=balance.ledger_account,
        currency=balance.currency,
        balance=balance.balance,
        sequence=balance.sequence,
        customer=account.customer,
    )


def _sign(ledger_account: str) -> int:
    """Balances are kept as credits minus debits and shown on the side that increases them."""
    return 1 if BY_CODE[ledger_account].normal_side == "credit" else -1
