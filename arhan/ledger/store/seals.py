"""Seals, their keys, and the hashes of the Merkle tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

SEALER_LOCK = 0x0A12_5EA1


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key that seals the books; `private` is encrypted, or absent."""

    id: int
    name: str
    public: bytes
    private: bytes | None


@dataclass(frozen=True, slots=True)
class StoredSeal:
    """A seal as it was made."""

    size: int
    root: bytes
    note: str
    key: StoredKey
    sealed_at: datetime


def lock_sealer(cursor: Any) -> bool:
    """Whether this transaction is the only one that seals; nobody who posts waits for it."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
    return bool(cursor.fetchone()[0])


def read_hashes(cursor: Any, *, level: int, first: int, stop: int) -> list[bytes]:
    """Hashes first <= index < stop of a level of the tree; level 0 are the leaves."""
    if level == 0:
        query = "SELECT leaf FROM journal_entry WHERE number BETWEEN %s AND %s ORDER BY number"
        cursor.execute(query, [first + 1, stop])
    else:
        query = 'SELECT hash FROM tile WHERE level = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'
        cursor.execute(query, [level, first, stop])
    return [bytes(row[0]) for row in cursor.fetchall()]


def count_tiles(cursor: Any, *, level: int) -> int:
    """How many full tiles of a level are kept; they are kept in order, so the next one's index."""
    cursor.execute('SELECT coalesce(max("index") + 1, 0) FROM tile WHERE level = %s', [level])
    return int(cursor.fetchone()[0])


def add_tiles(cursor: Any, *, level: int, tiles: Iterable[tuple[int, bytes]]) -> None:
    """Keep the hashes of full tiles, each with its index."""
    rows = [(level, index, found) for index, found in tiles]
    if rows:
        cursor.executemany('INSERT INTO tile (level, "index", hash) VALUES (%s, %s, %s)', rows)


def add_seal(cursor: Any, *, size: int, root: bytes, note: str, key: StoredKey, sealed_at: datetime) -> None:
    """Keep a seal."""
    cursor.execute(
        "INSERT INTO seal (size, root, note, key_id, sealed_at) VALUES (%s, %s, %s, %s, %s)",
        [size, root, note, key.id, sealed_at],
    )


_SEALS = (
    "SELECT s.size, s.root, s.note, s.sealed_at, k.id, k.name, k.public, k.private"
    " FROM seal s JOIN seal_key k ON k.id = s.key_id"
)


def last_seal(cursor: Any) -> StoredSeal | None:
    """The seal over most of the journal."""
    cursor.execute(_SEALS + " ORDER BY s.size DESC LIMIT 1")
    row = cursor.fetchone()
    return _seal(row) if row else None


def first_seal_over(cursor: Any, number: int) -> StoredSeal | None:
    """The first seal that covers the entry of this number: a receipt never changes."""
    cursor.execute(_SEALS + " WHERE s.size >= %s ORDER BY s.size LIMIT 1", [number])
    row = cursor.fetchone()
    return _seal(row) if row else None


def list_seals(cursor: Any) -> list[StoredSeal]:
    """Every seal, smallest first."""
    cursor.execute(_SEALS + " ORDER BY s.size")
    return [_seal(row) for row in cursor.fetchall()]


def list_keys(cursor: Any) -> list[StoredKey]:
    """Every key, newest first."""
    cursor.execute("SELECT id, name, public, private FROM seal_key ORDER BY id DESC")
    return [_key(row) for row in cursor.fetchall()]


def add_key(cursor: Any, *, name: str, public: bytes, private: bytes | None) -> StoredKey:
    """Keep a new key; it signs from now on."""
    cursor.execute(
        "INSERT INTO seal_key (name, public, private, created_at) VALUES (%s, %s, %s, now())"
        " RETURNING id, name, public, private",
        [name, public, private],
    )
    return _key(cursor.fetchone())


def _seal(row: Sequence[Any]) -> StoredSeal:
    size, root, note, sealed_at, *key = row
    return StoredSeal(size, bytes(root), note, _key(key), sealed_at)


def _key(row: Sequence[Any]) -> StoredKey:
    id_, name, public, private = row
    return StoredKey(id_, name, bytes(public), None if private is None else bytes(private))
