"""Accounts and their balances, as rows: the office's queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from arhan.account.domain.lifecycle import may_move
from arhan.account.models import Account, Balance

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

_OPENINGS_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))"


def lock_openings(customer: str) -> None:
    """Let one opening of this customer's at a time come this far, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENINGS_LOCK, [customer])


def count_of(customer: str, *, currency: str = "") -> int:
    """How many accounts this customer ever opened; in all currencies, or in this one."""
    found = Account.objects.filter(customer=customer)
    return (found.filter(currency=currency) if currency else found).count()


def next_serial() -> int:
    """A serial no account number was made of before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('account_serial')")
        return int(cursor.fetchone()[0])


def insert(account: Account, balance: Balance) -> None:
    """Keep a new account."""
    account.save(force_insert=True)
    balance.save(force_insert=True)


def find(account_id: str) -> Account | None:
    """The account of this id, with its balance."""
    return _with_balance().filter(id=account_id).first()


def lock(account_id: str) -> Account:
    """An account that exists, its balance row locked against movements until the transaction ends."""
    Balance.objects.select_for_update(no_key=True).get(account_id=account_id)
    return _with_balance().get(id=account_id)


def lock_together(account_ids: Collection[str]) -> None:
    """Balance rows of accounts that exist, locked until the transaction ends, in the order of the posting engine."""
    rows = Balance.objects.select_for_update(no_key=True).filter(account_id__in=account_ids)
    list(rows.order_by("account_id").values_list("account_id", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which accounts to list; empty members match everything."""

    customer: str = ""
    shared: tuple[str, ...] = ()
    """Ids of accounts that match though the customer does not own them."""
    number: str = ""
    status: str = ""
    ids: tuple[str, ...] = ()
    is_bank: bool = False
    """The bank's own accounts instead of customers'."""
    before: str = ""
    """Id to continue from."""
    limit: int = 50


def search(wanted: Search) -> list[Account]:
    """Accounts that match, newest first."""
    found = _with_balance().order_by("-id")
    found = found.filter(customer="") if wanted.is_bank else found.exclude(customer="")
    if wanted.customer:
        theirs = Q(customer=wanted.customer)
        found = found.filter(theirs | Q(id__in=wanted.shared) if wanted.shared else theirs)
    exact: dict[str, Any] = {
        "number": wanted.number,
        "status": wanted.status,
        "id__in": wanted.ids,
        "id__lt": wanted.before,
    }
    return list(found.filter(**{name: value for name, value in exact.items() if value})[: wanted.limit])


def _with_balance() -> QuerySet[Account]:
    return Account.objects.select_related("balance", "product", "version")


def list_balances(*, after: str, limit: int) -> list[Account]:
    """Every account with its balance, by id, for whoever compares the books."""
    return list(_with_balance().filter(id__gt=after).order_by("id")[:limit])


def set_status(
    account: Account,
    *,
    status: str,
    frozen_side: str = "",
    reason: str,
    changed_by: str,
    changed_at: datetime,
) -> None:
    """Keep the new status, and let the balance row say what movements may do; hold its lock."""
    account.status = status
    account.frozen_side = frozen_side
    account.status_reason = reason
    account.status_changed_by = changed_by
    account.status_changed_at = changed_at
    account.save(
        update_fields=["status", "frozen_side", "status_reason", "status_changed_by", "status_changed_at"]
    )
    balance = account.balance
    balance.may_debit, balance.may_credit = may_move(status, frozen_side=frozen_side)
    balance.closed = status == "closed"
    balance.save(update_fields=["may_debit", "may_credit", "closed"])
