"""Cards' encrypted numbers as rotation reads and writes them; psycopg, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

_COUNT = "SELECT count(*) FROM card WHERE key_id <> %s"
_PAGE = """
SELECT id, number_ciphertext FROM card WHERE key_id <> %s AND id > %s ORDER BY id LIMIT %s
FOR NO KEY UPDATE SKIP LOCKED
"""
_WRITE = """
UPDATE card SET number_ciphertext = fresh.ciphertext, key_id = %s
FROM unnest(%s::text[], %s::bytea[]) AS fresh (id, ciphertext) WHERE card.id = fresh.id
"""


def count_under_others(cursor: psycopg.Cursor[Any], key_id: str) -> int:
    """How many numbers are encrypted under another key than this."""
    row = cursor.execute(_COUNT, (key_id,)).fetchone()
    return int(row[0]) if row else 0


def lock_page(cursor: psycopg.Cursor[Any], key_id: str, *, after: str, limit: int) -> list[tuple[str, bytes]]:
    """Cards under other keys, by id, locked until the transaction ends; those somebody changes are left."""
    return [(id_, bytes(sealed)) for id_, sealed in cursor.execute(_PAGE, (key_id, after, limit)).fetchall()]


def write_page(cursor: psycopg.Cursor[Any], key_id: str, page: Sequence[tuple[str, bytes]]) -> None:
    """Keep new ciphertexts."""
    cursor.execute(_WRITE, (key_id, [id_ for id_, _ in page], [sealed for _, sealed in page]))
