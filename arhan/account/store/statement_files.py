"""Statements in the making, as rows: what is settled, how far they have come, and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from arhan.account.models import Account, StatementFile, StatementPart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_CLAIM = """
UPDATE statement_file SET advanced_at = %(now)s
WHERE id = (SELECT id FROM statement_file WHERE state = 'preparing' ORDER BY advanced_at, id LIMIT 1)
RETURNING id
"""
_PARTS_OF_EXPIRED = """
DELETE FROM statement_part WHERE file IN (SELECT id FROM statement_file WHERE expires_at <= %s)
"""
_EXPIRED = "DELETE FROM statement_file WHERE expires_at <= %s"


def lock_account(account: str) -> None:
    """Who asks for a statement of this account waits for who asked before."""
    Account.objects.select_for_update(no_key=True).only("id").get(id=account)


def find_same(file: StatementFile) -> StatementFile | None:
    """What was asked for before and says the same."""
    return StatementFile.objects.filter(
        account=file.account,
        since=file.since,
        until=file.until,
        number=file.number,
        format=file.format,
        count=file.count,
    ).first()


def insert(file: StatementFile) -> None:
    """Keep one that is to be made."""
    file.save(force_insert=True)


def keep_until(file: StatementFile, moment: datetime) -> None:
    """Somebody wants it again."""
    file.expires_at = moment
    file.save(update_fields=["expires_at"])


def list_of(account: str) -> list[StatementFile]:
    """Those of an account, newest first; there are few."""
    return list(StatementFile.objects.filter(account=account).order_by("-id"))


def find_anywhere(file_id: str) -> StatementFile | None:
    """One, whichever account it is of."""
    return StatementFile.objects.filter(id=file_id).first()


def find(account: str, file_id: str) -> StatementFile | None:
    """One of an account's."""
    return StatementFile.objects.filter(account=account, id=file_id).first()


def claim(now: datetime) -> str | None:
    """The one that waited longest goes to the end of the queue, whatever becomes of it now."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now})
        row = cursor.fetchone()
        return row[0] if row else None


def lock(file_id: str) -> StatementFile | None:
    """It, if there is still something to do; nobody else works on it until the transaction ends."""
    found = StatementFile.objects.select_for_update().filter(id=file_id, state="preparing")
    return found.first()


def add_part(file: StatementFile, content: bytes) -> None:
    """Keep the next part; together with `keep` it is there or not."""
    StatementPart(file=file.id, number=file.parts, content=content).save(force_insert=True)
    file.parts += 1


def drop_parts(file: StatementFile) -> None:
    """Forget the parts it was made of; others take their place."""
    StatementPart.objects.filter(file=file.id).delete()
    file.parts = 0


def keep(file: StatementFile) -> None:
    """How far it has come."""
    file.save(
        update_fields=["state", "done", "next_entry", "balance", "parts", "size", "ready_at", "expires_at"]
    )


def read_parts(file: StatementFile) -> Iterator[bytes]:
    """Every part, compressed, one at a time."""
    for number in range(file.parts):
        found = StatementPart.objects.filter(file=file.id, number=number)
        yield bytes(found.values_list("content", flat=True).get())


def drop(file_id: str) -> None:
    """Forget a file and its parts."""
    StatementPart.objects.filter(file=file_id).delete()
    StatementFile.objects.filter(id=file_id).delete()


def drop_expired(now: datetime) -> int:
    """Forget what nobody wanted any more; how many files that were."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS_OF_EXPIRED, [now])
        cursor.execute(_EXPIRED, [now])
        return int(cursor.rowcount)
