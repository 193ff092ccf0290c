"""Verifiers of parties' own PINs, and the counting of guesses; psycopg, for the engine and the office.

A party's PIN that is blocked or changed outdates every proof of the account it is for, as a change of
who signs for it does: the version on the balance row is one for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.account.domain.parties import Standing
from arhan.account.domain.pins import TRIES
from arhan.account.store.resolutions import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    import psycopg

    from arhan.account.store.resolutions import Guess

    Cursor = psycopg.Cursor[Any]


class Member(msgspec.Struct, frozen=True):
    """Somebody's part in an account, and how their PIN is recognised. Read from a row in this order."""

    account: str
    """The party: what the PIN belongs to."""
    holds: str
    """The account it is a part of."""
    person: str
    role: str
    payment_limit: int | None
    salt: bytes | None
    iterations: int
    pin_version: int
    tries_left: int
    proof_version: int
    """What a movement's proof must name."""

    def standing(self) -> Standing:
        """As the rules see it."""
        return Standing(self.role, self.payment_limit)  # type: ignore[arg-type]


_MEMBERS = """
SELECT y.id, y.account, y.person, y.role, y.payment_limit, n.salt, coalesce(n.iterations, 0),
       coalesce(n.version, 0), coalesce(n.tries_left, 0), b.pin_version
FROM account_party y JOIN balance b ON b.account = y.account LEFT JOIN party_pin n ON n.party = y.id
WHERE """
_BY_ID = f"{_MEMBERS} y.id = ANY (%s)"
_OF_PERSONS = f"""{_MEMBERS} y.state = 'active'
    AND (y.account, y.person) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"""  # noqa: S608 - our own words
_GUESS = """
WITH counted AS (
    UPDATE party_pin SET
        tries_left = CASE WHEN verifier = guess.candidate THEN %(tries)s ELSE tries_left - 1 END,
        version = party_pin.version
            + CASE WHEN verifier <> guess.candidate AND tries_left = 1 THEN 1 ELSE 0 END
    FROM unnest(%(parties)s::text[], %(versions)s::int[], %(candidates)s::bytea[])
         AS guess (party, version, candidate)
    WHERE party_pin.party = guess.party AND party_pin.version = guess.version AND tries_left > 0
    RETURNING party_pin.party, verifier = guess.candidate, tries_left, party_pin.version
), blocked AS (
    SELECT DISTINCT y.account FROM counted JOIN account_party y ON y.id = counted.party
    WHERE counted.tries_left = 0
), balances AS (
    UPDATE balance SET pin_version = pin_version + 1 FROM blocked WHERE balance.account = blocked.account
), owners AS (
    UPDATE pin_verifier SET version = version + 1 FROM blocked WHERE pin_verifier.account = blocked.account
)
SELECT * FROM counted
"""
_SET = """
INSERT INTO party_pin (party, salt, iterations, verifier, version, tries_left)
VALUES (%(party)s, %(salt)s, %(iterations)s, %(verifier)s, 1, %(tries)s)
ON CONFLICT (party) DO UPDATE SET
    salt = excluded.salt, iterations = excluded.iterations, verifier = excluded.verifier,
    version = party_pin.version + 1, tries_left = excluded.tries_left
"""


def find_members(cursor: Cursor, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Member]:
    """The parts that these people have in these accounts, by (account, person)."""
    if not pairs:
        return {}
    accounts, people = (list(column) for column in zip(*pairs, strict=True))
    rows = cursor.execute(_OF_PERSONS.encode(), (accounts, people)).fetchall()
    return {(member.holds, member.person): member for member in (Member(*row) for row in rows)}


def find_by_id(cursor: Cursor, ids: Collection[str]) -> dict[str, Member]:
    """The verifiers of these parties, by party; of those that have ended since, too."""
    rows = cursor.execute(_BY_ID.encode(), (list(ids),)).fetchall()
    return {row[0]: Member(*row) for row in rows}


def count_guesses(cursor: Cursor, guesses: Collection[Guess]) -> dict[str, Verdict]:
    """Compare and count in one statement: however many guess at once, no guess is free.

    At most one guess per party. A right one gives all tries back; the last wrong one blocks the PIN. No
    verdict where the PIN is blocked or was changed meanwhile.
    """
    parameters = {
        "tries": TRIES,
        "parties": [guess.account for guess in guesses],
        "versions": [guess.version for guess in guesses],
        "candidates": [guess.candidate for guess in guesses],
    }
    return {row[0]: Verdict(*row) for row in cursor.execute(_GUESS, parameters).fetchall()}


def set_verifier(cursor: Cursor, *, party: str, salt: bytes, iterations: int, verifier: bytes) -> None:
    """Replace the verifier of a party's PIN; outdate the account's proofs with it."""
    cursor.execute(
        _SET,
        {"party": party, "salt": salt, "iterations": iterations, "verifier": verifier, "tries": TRIES},
    )
