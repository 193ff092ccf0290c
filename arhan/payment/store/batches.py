"""Batches of transfers: begun once per key, finished with their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import AsyncConnection


class Begun(NamedTuple):
    """A batch as found under its key."""

    id: str
    body_hash: str
    results: str | None
    """As JSON; None while it runs or after its engine died."""
    ours: bool
    """Whether this request is the one that runs it."""


_BEGIN = """
    INSERT INTO payment_batch (id, principal, key, body_hash, size, created_at, running_until)
    VALUES (%(id)s, %(principal)s, %(key)s, %(body_hash)s, %(size)s, %(at)s, %(until)s)
    ON CONFLICT (principal, key) DO UPDATE SET running_until = %(until)s
    WHERE payment_batch.results IS NULL AND payment_batch.running_until < %(at)s
      AND payment_batch.body_hash = %(body_hash)s
    RETURNING id"""


async def begin(
    connection: AsyncConnection[Any],
    *,
    batch_id: str,
    principal: str,
    key: str,
    body_hash: str,
    size: int,
    at: datetime,
    until: datetime,
) -> Begun:
    """Begin the batch of this key, take over one whose engine died, or find the one there is."""
    told = {
        "id": batch_id,
        "principal": principal,
        "key": key,
        "body_hash": body_hash,
        "size": size,
        "at": at,
        "until": until,
    }
    row = await (await connection.execute(_BEGIN, told)).fetchone()
    if row is not None:
        return Begun(id=row[0], body_hash=body_hash, results=None, ours=True)
    cursor = await connection.execute(
        "SELECT id, body_hash, results::text FROM payment_batch WHERE principal = %s AND key = %s",
        [principal, key],
    )
    found = await cursor.fetchone()
    assert found is not None, "a batch is never deleted"
    found_id, found_hash, results = found
    return Begun(id=found_id, body_hash=found_hash, results=results, ours=False)


async def keep_running(connection: AsyncConnection[Any], *, batch_id: str, until: datetime) -> None:
    """Say that the batch is still worked on."""
    await connection.execute("UPDATE payment_batch SET running_until = %s WHERE id = %s", [until, batch_id])


async def finish(connection: AsyncConnection[Any], *, batch_id: str, results: str) -> None:
    """Store the batch's answer."""
    await connection.execute("UPDATE payment_batch SET results = %s WHERE id = %s", [results, batch_id])
