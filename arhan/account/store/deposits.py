"""Fixed-term deposits and pots, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.models import Balance, Pot, TermDeposit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


def insert(deposit: TermDeposit | Pot) -> None:
    """Keep a new one."""
    deposit.save(force_insert=True)


def find(account: str) -> TermDeposit | None:
    """The deposit on this account."""
    return TermDeposit.objects.select_related("pay_to").filter(account_id=account).first()


def find_pot(account: str) -> Pot | None:
    """The pot that this account is."""
    return Pot.objects.filter(account_id=account).first()


def of_accounts(ids: Collection[str]) -> tuple[dict[str, TermDeposit], dict[str, Pot]]:
    """The deposits and pots among these accounts, by account."""
    return (
        {deposit.account_id: deposit for deposit in TermDeposit.objects.filter(account_id__in=ids)},
        {pot.account_id: pot for pot in Pot.objects.filter(account_id__in=ids)},
    )


def lock(account: str) -> TermDeposit | None:
    """The deposit on this account, locked."""
    found = TermDeposit.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "account__version"
    )
    return found.filter(account_id=account).first()


def lock_matured(*, by: date, limit: int) -> list[TermDeposit]:
    """Deposits that run and end by this day, locked, in the order of their accounts.

    One that is frozen waits until it is not: nothing moves on it meanwhile, and it goes on earning.
    """
    found = TermDeposit.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "account__version"
    )
    due = found.filter(state="running", matures_on__lte=by).exclude(account__status="frozen")
    return list(due.order_by("account_id")[:limit])


def save(deposit: TermDeposit) -> None:
    """Keep what changed of a deposit that is locked."""
    deposit.save()


def let_out(account: str, *, out: bool) -> None:
    """Whether money may leave the account; its balance row is locked."""
    Balance.objects.filter(account_id=account).update(may_debit=out)


def let_everything(account: str) -> None:
    """Money may leave the account and come in, frozen or not: it is about to be closed, its balance row locked."""
    Balance.objects.filter(account_id=account).update(may_debit=True, may_credit=True)


def balance_of(account: str) -> int:
    """What is on the account."""
    return Balance.objects.values_list("balance", flat=True).get(account_id=account)


def runs_on(account: str) -> bool:
    """Whether a deposit runs on this account."""
    return TermDeposit.objects.filter(account_id=account, state="running").exists()


def is_paid_into(account: str) -> bool:
    """Whether a running deposit will pay into this account."""
    return TermDeposit.objects.filter(pay_to_id=account, state="running").exists()
