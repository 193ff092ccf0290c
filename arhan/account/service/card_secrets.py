"""A card's number and the code on its back: made, kept, found and shown. The keys are not in the database."""

from __future__ import annotations

import os
import re
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from arhan.account.cards import number as numbers
from arhan.kernel import encryption, settings

if TYPE_CHECKING:
    from arhan.account.models import Card

SERVICE = "account"
TEST_ISSUER = "222399"
"""An issuer number nobody uses: these cards work at this bank only."""
_ISSUER = re.compile(r"^[0-9]{6,8}$")


@lru_cache
def issuer() -> str:
    """The first digits of every card of this bank (ARHAN_CARD_BIN)."""
    found = os.environ.get("ARHAN_CARD_BIN", "") or TEST_ISSUER
    if not _ISSUER.match(found):
        msg = "ARHAN_CARD_BIN must be six to eight digits."
        raise settings.ConfigurationError(msg)
    return found


@lru_cache
def index_key() -> bytes:
    """Under which numbers are looked up."""
    return settings.require("ARHAN_BLIND_INDEX_KEY").encode()


@lru_cache
def cvv_key() -> bytes:
    """From which the codes on the back are derived."""
    return settings.require("ARHAN_CVV_KEY").encode()


def new_number() -> str:
    """A number at random; that nobody has it yet, the database says."""
    return numbers.compose(issuer=issuer(), account_part=secrets.randbelow(numbers.account_parts(issuer())))


def index_of(number: str) -> bytes:
    """What a card is found by."""
    return numbers.index_of(key=index_key(), number=number)


def seal(*, card: str, number: str) -> tuple[bytes, str]:
    """The number encrypted for this card, and the id of the key."""
    sealed = encryption.encrypt(SERVICE, numbers.bind(card=card, number=number))
    return sealed, encryption.key_id(SERVICE)


def number_of(card: Card) -> str:
    """A card's number in the clear."""
    return numbers.unbind(encryption.decrypt(SERVICE, bytes(card.number_ciphertext)), card=card.id)


def cvv_of(card: Card, *, number: str) -> str:
    """The code on the back."""
    expires = numbers.printed_expiry(card.expires_on)
    return numbers.cvv_of(key=cvv_key(), number=number, expires=expires)
