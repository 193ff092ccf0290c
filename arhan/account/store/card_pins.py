"""Verifiers of cards' PINs, and the counting of guesses; psycopg, for the engine and the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.account.domain.pins import TRIES
from arhan.account.store.resolutions import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    import psycopg

    from arhan.account.store.resolutions import Guess

    Cursor = psycopg.Cursor[Any]


class CardVerifier(msgspec.Struct, frozen=True):
    """How a card's PIN is recognised. Read from a row in this order."""

    account: str
    """The card: what the PIN belongs to."""
    salt: bytes | None
    iterations: int
    pin_version: int
    tries_left: int


_FIND = "SELECT card, salt, iterations, version, tries_left FROM card_pin WHERE card = ANY (%s)"
_GUESS = """
UPDATE card_pin SET
    tries_left = CASE WHEN verifier = guess.candidate THEN %(tries)s ELSE tries_left - 1 END,
    version = card_pin.version
        + CASE WHEN verifier <> guess.candidate AND tries_left = 1 THEN 1 ELSE 0 END
FROM unnest(%(cards)s::text[], %(versions)s::int[], %(candidates)s::bytea[])
     AS guess (card, version, candidate)
WHERE card_pin.card = guess.card AND card_pin.version = guess.version AND tries_left > 0
RETURNING card_pin.card, verifier = guess.candidate, tries_left, card_pin.version
"""


def find_by_id(cursor: Cursor, ids: Collection[str]) -> dict[str, CardVerifier]:
    """The verifiers of those of these cards that have a PIN, by card."""
    rows = cursor.execute(_FIND, (list(ids),)).fetchall()
    return {row[0]: CardVerifier(*row) for row in rows}


def count_guesses(cursor: Cursor, guesses: Collection[Guess]) -> dict[str, Verdict]:
    """Compare and count in one statement: however many guess at once, no guess is free.

    At most one guess per card. A right one gives all tries back; the last wrong one blocks the PIN and
    outdates every proof of it. No verdict where the PIN is blocked or was changed meanwhile.
    """
    parameters = {
        "tries": TRIES,
        "cards": [guess.account for guess in guesses],
        "versions": [guess.version for guess in guesses],
        "candidates": [guess.candidate for guess in guesses],
    }
    return {row[0]: Verdict(*row) for row in cursor.execute(_GUESS, parameters).fetchall()}
