"""Sealing the journal."""

from __future__ import annotations

import os
from base64 import b64decode
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arhan.kernel import settings
from arhan.kernel.clock import now, rfc3339
from arhan.kernel.database import django_transaction
from arhan.kernel.encryption import decrypt, encrypt
from arhan.kernel.errors import not_found
from arhan.ledger.domain import merkle
from arhan.ledger.domain.seals import Key, Seal, sign
from arhan.ledger.store import journal
from arhan.ledger.store import seals as store

if TYPE_CHECKING:
    from arhan.ledger.store.seals import StoredKey, StoredSeal

NOUN = "seal"
KEY_VARIABLE = "ARHAN_SEAL_KEY"
LARGEST_STEP = 200_000
"""Entries one seal may add: a long backlog is sealed in several turns, each well under a task's limit."""


def seal_journal() -> int | None:
    """Seal what was written since the last seal; the journal's size, or None when there is nothing new.

    Reads the new leaves and the right edge of the tree. Takes no lock that a writer needs: entries
    written meanwhile are for the next seal.
    """
    with django_transaction() as cursor:
        if not store.lock_sealer(cursor):
            return None
        last = store.last_seal(cursor)
        sealed = last.size if last else 0
        size = min(journal.last_number(cursor), sealed + LARGEST_STEP)
        if size == sealed:
            return None
        _keep_full_tiles(cursor, size=size)
        root = merkle.Tree(size, partial(store.read_hashes, cursor)).root()
        stored, private = _signing_key(cursor)
        moment, key = now(), Key(stored.name, stored.public)
        note = sign(Seal(key.name, size, root, rfc3339(moment)), private=private, key=key)
        store.add_seal(cursor, size=size, root=root, note=note, key=stored, sealed_at=moment)
        return size


def get_latest_seal() -> StoredSeal:
    """The newest seal; Refused(not_found) before the first."""
    with django_transaction() as cursor:
        found = store.last_seal(cursor)
    if found is None:
        raise not_found(NOUN)
    return found


def list_keys() -> list[Key]:
    """The keys that sealed, or will seal, the books; newest first."""
    with django_transaction() as cursor:
        return [Key(stored.name, stored.public) for stored in store.list_keys(cursor)]


def _keep_full_tiles(cursor: Any, *, size: int) -> None:
    """Hash the tiles that became full, level by level; each from the 256 hashes below it."""
    level, below = 1, size
    while (full := below // merkle.TILE_WIDTH) > 0:
        start = store.count_tiles(cursor, level=level)
        tiles = ((index, _hash_tile(cursor, level=level, index=index)) for index in range(start, full))
        store.add_tiles(cursor, level=level, tiles=tiles)
        level, below = level + 1, full


def _hash_tile(cursor: Any, *, level: int, index: int) -> bytes:
    first = index * merkle.TILE_WIDTH
    return merkle.hash_full(
        store.read_hashes(cursor, level=level - 1, first=first, stop=first + merkle.TILE_WIDTH)
    )


def _signing_key(cursor: Any) -> tuple[StoredKey, Ed25519PrivateKey]:
    """The key of the environment, else the newest of our own; made on first use."""
    keys = store.list_keys(cursor)
    if given := os.environ.get(KEY_VARIABLE):
        private = Ed25519PrivateKey.from_private_bytes(b64decode(given))
        public = private.public_key().public_bytes_raw()
        known = next((key for key in keys if key.public == public), None)
        return known or store.add_key(cursor, name=_origin(), public=public, private=None), private
    ours = next((key for key in keys if key.private is not None), None)
    if ours is not None and ours.private is not None:
        return ours, Ed25519PrivateKey.from_private_bytes(decrypt("ledger", ours.private))
    private = Ed25519PrivateKey.generate()
    stored = store.add_key(
        cursor,
        name=_origin(),
        public=private.public_key().public_bytes_raw(),
        private=encrypt("ledger", private.private_bytes_raw()),
    )
    return stored, private


def _origin() -> str:
    """Whose books these are, as seals name them: the issuer's host and our name."""
    return f"{urlsplit(settings.load('ledger').issuer).netloc}/ledger"
