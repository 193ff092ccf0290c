"""Replacing the key under which card numbers are encrypted, while cards go on being used.

Every process must know the new key before the first number is encrypted under it: put it in front
in ENCRYPTION_KEY and restart, then run this, then take the old one away. A page is a transaction;
what it was about is known from each row's key id, so a run that was interrupted is simply begun again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.cards import number as numbers
from arhan.account.store import card_keys as store
from arhan.kernel import encryption, settings
from arhan.kernel.database import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "account"
PAGE = 500


def count_left() -> int:
    """How many numbers are not under the newest key yet."""
    with connect(settings.load(SERVICE).database_url, application="card-rotation") as database:
        return store.count_under_others(database.cursor(), encryption.key_id(SERVICE))


def rotate() -> Iterator[int]:
    """Encrypt every number anew under the newest key; how many, after each committed page.

    InvalidToken when a number is under a key that ENCRYPTION_KEY does not name; ValueError when a
    ciphertext was made for another card.
    """
    key_id = encryption.key_id(SERVICE)
    after = ""
    with connect(settings.load(SERVICE).database_url, application="card-rotation") as database:
        while True:
            with database.transaction(), database.cursor() as cursor:
                page = store.lock_page(cursor, key_id, after=after, limit=PAGE)
                fresh = [(card, _again(card, sealed)) for card, sealed in page]
                store.write_page(cursor, key_id, fresh)
            if not page:
                return
            after = page[-1][0]
            yield len(page)


def _again(card: str, sealed: bytes) -> bytes:
    number = numbers.unbind(encryption.decrypt(SERVICE, sealed), card=card)
    return encryption.encrypt(SERVICE, numbers.bind(card=card, number=number))
