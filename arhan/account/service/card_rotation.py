"""Replacing the key under which card numbers are encrypted, while cards go on being used.

Every process must know the new key before the first number is encrypted under it: put it in front
in ENCRYPTION_KEY and restart, then run this, then take the old one away. A page is a transaction;
what it was about is known from each row's key id, so a run that was interrupted is simply begun again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from arhan.account.cards import number as numbers
from arhan.account.store import card_keys as store
from arhan.kernel import encryption, settings
from arhan.kernel.database import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

SERVICE = "account"
PAGE = 500
PASSES, PAUSE_S = 40, 0.25
"""How often cards that were being changed are come back to: ten seconds, longer than any change takes."""


def count_left() -> int:
    """How many numbers are not under the newest key yet."""
    with connect(settings.load(SERVICE).database_url, application="card-rotation") as database:
        return store.count_under_others(database.cursor(), encryption.key_id(SERVICE))


def rotate() -> Iterator[int]:
    """Encrypt every number anew under the newest key; how many, after each committed page.

    A card somebody is changing is passed over and come back to. InvalidToken when a number is under a
    key that ENCRYPTION_KEY does not name; ValueError when a ciphertext was made for another card.
    """
    key_id = encryption.key_id(SERVICE)
    with connect(settings.load(SERVICE).database_url, application="card-rotation") as database:
        for _ in range(PASSES):
            yield from _pass(database, key_id)
            if not store.count_under_others(database.cursor(), key_id):
                return
            time.sleep(PAUSE_S)


def _pass(database: psycopg.Connection[Any], key_id: str) -> Iterator[int]:
    """Once through all cards, in the order of their ids; a page is a transaction."""
    after = ""
    while True:
        with database.transaction(), database.cursor() as cursor:
            page = store.lock_page(cursor, key_id, after=after, limit=PAGE)
            store.write_page(cursor, key_id, [(card, _again(card, sealed)) for card, sealed in page])
        if not page:
            return
        after = page[-1][0]
        yield len(page)


def _again(card: str, sealed: bytes) -> bytes:
    number = numbers.unbind(encryption.decrypt(SERVICE, sealed), card=card)
    return encryption.encrypt(SERVICE, numbers.bind(card=card, number=number))
