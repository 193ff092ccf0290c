"""Who is behind an account, and the counting of PIN guesses; psycopg, for the engine and the office."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.account.domain.pins import TRIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import psycopg

    Cursor = psycopg.Cursor[Any]


class Holder(msgspec.Struct, frozen=True):
    """An account with whose it is, and how its PIN is recognised. Read from a row in this order."""

    account: str
    number: str
    name: str
    customer: str
    currency: str
    product: str
    opened_at: datetime
    status: str
    salt: bytes | None
    iterations: int
    pin_version: int
    tries_left: int
    signatures: int
    signatures_from: int
    fees: str | None = None
    """What its product's version charges, as JSON; None when that is nothing."""


class Guess(msgspec.Struct, frozen=True):
    """A PIN that somebody entered, derived like the verifier it is compared with."""

    account: str
    version: int
    """Of the verifier it was derived for."""
    candidate: bytes


class Verdict(msgspec.Struct, frozen=True):
    """What became of one guess. Read from a row in this order."""

    account: str
    right: bool
    tries_left: int
    version: int


_HOLDERS = """
SELECT a.id, coalesce(a.number, ''), a.name, a.customer, a.currency, coalesce(a.product, ''),
       a.opened_at, a.status, p.salt, coalesce(p.iterations, 0), coalesce(p.version, 0),
       coalesce(p.tries_left, 0), a.signatures, a.signatures_from,
       v.terms ->> 'fees'
FROM account a LEFT JOIN pin_verifier p ON p.account = a.id
LEFT JOIN product_version v ON v.id = a.version
WHERE a.{} = ANY (%s)
"""
_SIGNATORIES = """
SELECT account, person, payment_limit FROM account_party
WHERE account = ANY (%s) AND state = 'active' AND role = ANY (%s) ORDER BY id
"""
_GUESS = """
WITH counted AS (
    UPDATE pin_verifier SET
        tries_left = CASE WHEN verifier = guess.candidate THEN %(tries)s ELSE tries_left - 1 END,
        version = pin_verifier.version
            + CASE WHEN verifier <> guess.candidate AND tries_left = 1 THEN 1 ELSE 0 END
    FROM unnest(%(accounts)s::text[], %(versions)s::int[], %(candidates)s::bytea[])
         AS guess (account, version, candidate)
    WHERE pin_verifier.account = guess.account AND pin_verifier.version = guess.version
      AND tries_left > 0
    RETURNING pin_verifier.account, verifier = guess.candidate, tries_left, pin_verifier.version
), blocked AS (
    UPDATE balance SET pin_version = counted.version FROM counted
    WHERE balance.account = counted.account AND counted.tries_left = 0
)
SELECT * FROM counted
"""


def find_by_id(cursor: Cursor, ids: Collection[str]) -> dict[str, Holder]:
    """The holders of those of these accounts that exist, by account id."""
    return {holder.account: holder for holder in _holders(cursor, "id", ids)}


def find_by_number(cursor: Cursor, numbers: Collection[str]) -> dict[str, Holder]:
    """The holders of those of these accounts that exist, by account number."""
    return {holder.number: holder for holder in _holders(cursor, "number", numbers)}


def _holders(cursor: Cursor, column: str, values: Collection[str]) -> Iterable[Holder]:
    if not values:
        return ()
    rows = cursor.execute(_HOLDERS.format(column).encode(), (list(values),)).fetchall()
    return [Holder(*row) for row in rows]


def find_signatories(
    cursor: Cursor, accounts: Collection[str], *, roles: Collection[str]
) -> dict[str, dict[str, int | None]]:
    """Who has such a part in these accounts besides their owner, and the most they may sign, by account."""
    found: dict[str, dict[str, int | None]] = {}
    if accounts:
        rows = cursor.execute(_SIGNATORIES.encode(), (list(accounts), list(roles))).fetchall()
        for account, person, limit in rows:
            found.setdefault(account, {})[person] = limit
    return found


def count_guesses(cursor: Cursor, guesses: Collection[Guess]) -> dict[str, Verdict]:
    """Compare and count in one statement: however many guess at once, no guess is free.

    At most one guess per account. A right one gives all tries back, the last wrong one blocks the
    PIN and outdates every proof of it. No verdict where the PIN is blocked or was changed meanwhile.
    """
    parameters = {
        "tries": TRIES,
        "accounts": [guess.account for guess in guesses],
        "versions": [guess.version for guess in guesses],
        "candidates": [guess.candidate for guess in guesses],
    }
    return {row[0]: Verdict(*row) for row in cursor.execute(_GUESS, parameters).fetchall()}
