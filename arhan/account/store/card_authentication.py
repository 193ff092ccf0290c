"""Finding cards by their numbers' keyed hashes, and counting wrong codes; psycopg, for the engine."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.account.cards.rules import CardState
from arhan.account.cards.spending import Spending

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import psycopg

    Cursor = psycopg.Cursor[Any]

SPENDING = ", ".join(f"s.{name}" for name in Spending.__struct_fields__)
STATE = (
    "c.id, c.account, c.state, c.reason, c.expires_on, c.variant, c.controls, c.bank_controls,"
    " coalesce(p.version, 0)"
)
_STATE_MEMBERS = len(CardState.__struct_fields__)
_SPENDING_MEMBERS = len(Spending.__struct_fields__)

_FIND = f"""
SELECT c.number_index, {STATE}, {SPENDING}, c.bin, c.last4, p.salt IS NOT NULL, code.tries_left,
       coalesce(a.number, ''), a.name, a.customer, a.currency, coalesce(a.product, ''), a.opened_at
FROM card c
JOIN account a ON a.id = c.account
JOIN card_spending s ON s.card = c.id
JOIN card_code code ON code.card = c.id
LEFT JOIN card_pin p ON p.card = c.id
WHERE c.number_index = ANY (%s)
"""  # noqa: S608 - our own words
_COUNT_CODES = """
UPDATE card_code SET tries_left = guessed.tries
FROM unnest(%s::text[], %s::int[]) AS guessed (card, tries) WHERE card_code.card = guessed.card
"""


class Found(msgspec.Struct, frozen=True):
    """A card as it was found by its number, with whose it is."""

    state: CardState
    spending: Spending
    bin: str
    last4: str
    has_pin: bool
    code_tries_left: int
    number: str
    """Of the account."""
    name: str
    customer: str
    currency: str
    product: str
    opened_at: datetime


def find(cursor: Cursor, indexes: Collection[bytes]) -> dict[bytes, Found]:
    """The cards of those of these numbers that are ours, by the numbers' keyed hashes."""
    rows = cursor.execute(_FIND.encode(), (list(indexes),)).fetchall()
    return {bytes(row[0]): _found(row[1:]) for row in rows}


def _found(row: tuple[Any, ...]) -> Found:
    spending_ends = _STATE_MEMBERS + _SPENDING_MEMBERS
    state = CardState(*row[:_STATE_MEMBERS])
    return Found(state, Spending(*row[_STATE_MEMBERS:spending_ends]), *row[spending_ends:])


def keep_code_tries(cursor: Cursor, left: Mapping[str, int]) -> None:
    """How many wrong codes are still answered, by card."""
    cursor.execute(_COUNT_CODES.encode(), (list(left), list(left.values())))
