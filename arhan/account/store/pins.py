"""PIN verifiers, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_SET = """
INSERT INTO pin_verifier (account, salt, iterations, verifier, version, tries_left)
VALUES (%(account)s, %(salt)s, %(iterations)s, %(verifier)s, 1, %(tries)s)
ON CONFLICT (account) DO UPDATE SET
    salt = excluded.salt, iterations = excluded.iterations, verifier = excluded.verifier,
    version = pin_verifier.version + 1, tries_left = excluded.tries_left
RETURNING version
"""
_OUTDATE = "UPDATE balance SET pin_version = %s WHERE account = %s"


def set_verifier(
    cursor: psycopg.Cursor[Any],
    *,
    account: str,
    salt: bytes,
    iterations: int,
    verifier: bytes,
    tries: int,
) -> None:
    """Replace the verifier of an account's PIN; whatever proved the old one counts no more."""
    parameters = {
        "account": account,
        "salt": salt,
        "iterations": iterations,
        "verifier": verifier,
        "tries": tries,
    }
    row = cursor.execute(_SET, parameters).fetchone()
    assert row is not None, "an upsert answers its row"
    cursor.execute(_OUTDATE, (row[0], account))
