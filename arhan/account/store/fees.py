"""Fees that fell due, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from arhan.account.models import Account, FeeCharge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

_MONTHLY = """
INSERT INTO fee_charge (id, account, event, name, currency, amount, goes_to, due_on, state)
SELECT a.id || ':' || %(event)s || ':' || %(number)s || ':' || to_char(%(due_on)s::date, 'YYYY-MM'),
       a.id, %(event)s, %(name)s, a.currency, %(amount)s, %(goes_to)s, %(due_on)s, 'due'
FROM account a JOIN balance b ON b.account = a.id
WHERE a.version = %(version)s AND a.status = ANY (%(statuses)s) AND a.id > %(after)s AND a.id <= %(last)s
  AND (%(free_from)s::bigint IS NULL OR b.balance < %(free_from)s)
ON CONFLICT (id) DO NOTHING
"""
_LAST = """
SELECT max(id), count(*) FROM (
    SELECT id FROM account WHERE version = %s AND id > %s ORDER BY id LIMIT %s
) AS chunk
"""


def insert(charges: Iterable[FeeCharge]) -> None:
    """Keep fees that fell due; those that did before are kept as they are."""
    FeeCharge.objects.bulk_create(charges, ignore_conflicts=True)


def next_chunk(*, version: int, after: str, size: int) -> tuple[str, int] | None:
    """The last of the next accounts of a version, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [version, after, size])
        last, count = cursor.fetchone()
        return (last, count) if count else None


def let_fall_due(**parameters: Any) -> None:
    """A monthly fee of a range of accounts of a version falls due; once a month."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHLY, parameters)


def lock_due(*, on: date, limit: int) -> list[FeeCharge]:
    """Fees that are due and were not tried on this day, locked, in order."""
    found = FeeCharge.objects.select_for_update(skip_locked=True).filter(state="due", due_on__lte=on)
    return list(found.exclude(tried_on=on).order_by("id")[:limit])


def save_tried(charges: Collection[FeeCharge]) -> None:
    """Keep what became of fees that are locked."""
    FeeCharge.objects.bulk_update(charges, ["state", "tried_on"])


def waive_of(account: str) -> None:
    """What a closed account still owes in fees is given up."""
    FeeCharge.objects.filter(account=account, state="due").update(state="waived")


def list_of(account: str, *, limit: int) -> list[FeeCharge]:
    """An account's fees, newest first."""
    return list(FeeCharge.objects.filter(account=account).order_by("-due_on", "-id")[:limit])


def account_with_terms(account: str) -> Account | None:
    """An account with its version and balance."""
    return Account.objects.select_related("version", "balance").filter(id=account).first()
