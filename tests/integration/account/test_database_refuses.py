"""What the rules refuse the database refuses as well, even to somebody with a SQL prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import errors

from tests.unit.account.ledger_text import Scenario

if TYPE_CHECKING:
    from tests.account_house import StoredBooks


@pytest.fixture
def alice(books: StoredBooks) -> str:
    """Somebody with money, a hold, and a history."""
    Scenario(books).run("""
        alice has NGN 100.00, bob has NGN 0.00
        transfer alice bob 30.00  k1  posted
        hold alice 20.00 for 60s  h1  posted
        hold alice 10.00 for 60s  h2  posted
        release h2 r1                 posted
    """)
    return books.prefix + "alice"


ILLEGAL = {
    "a movement is changed": ("UPDATE movement SET narration = 'x'", errors.RestrictViolation),
    "a movement is deleted": ("DELETE FROM movement", errors.RestrictViolation),
    "all movements are deleted": ("TRUNCATE movement", errors.RestrictViolation),
    "an entry is changed": ("UPDATE entry SET amount = 1", errors.RestrictViolation),
    "an entry is deleted": ("DELETE FROM entry WHERE account = %(alice)s", errors.RestrictViolation),
    "all entries are deleted": ("TRUNCATE entry", errors.RestrictViolation),
    "a hold is captured when its time is over": (
        (
            "INSERT INTO movement (id, kind, currency, narration, initiator, booking_date, value_date,"
            " posted_at, hold, fingerprint) SELECT 'late ' || id, 'card_payment', 'NGN', '', '',"
            " current_date, current_date, expires_at, id, '' FROM hold"
            " WHERE account = %(alice)s AND status = 'open'"
        ),
        errors.CheckViolation,
    ),
    "a balance is deleted": ("DELETE FROM balance WHERE account = %(alice)s", errors.RestrictViolation),
    "a hold is deleted": ("DELETE FROM hold WHERE account = %(alice)s", errors.RestrictViolation),
    "money from nowhere": (
        "UPDATE balance SET balance = balance + 1 WHERE account = %(alice)s",
        errors.CheckViolation,
    ),
    "money lost": (
        "UPDATE balance SET balance = balance - 1 WHERE account = %(alice)s",
        errors.CheckViolation,
    ),
    "an overdrawn account": (
        (
            "UPDATE balance SET balance = balance + CASE WHEN account = %(alice)s THEN -5001 ELSE 5001 END"
            " WHERE account IN (%(alice)s, %(bob)s)"
        ),
        errors.CheckViolation,
    ),
    "a hold beyond what there is": (
        "UPDATE balance SET held = 7001 WHERE account = %(alice)s",
        errors.CheckViolation,
    ),
    "a negative hold": (
        "UPDATE balance SET held = -1 WHERE account = %(alice)s",
        errors.CheckViolation,
    ),
    "an account born rich": (
        (
            "INSERT INTO balance SELECT %(bob)s || '2', currency, ledger_account, 1, 0, 0, 0, true, true, false, 0"
            " FROM balance WHERE account = %(bob)s"
        ),
        errors.CheckViolation,
    ),
    "an unbalanced movement": (
        "INSERT INTO entry VALUES (%(alice)s, 90, 'kx', 'debit', 5, 0), (%(bob)s, 90, 'kx', 'credit', 4, 0)",
        errors.CheckViolation,
    ),
    "half a movement": (
        "INSERT INTO entry VALUES (%(alice)s, 90, 'kx', 'credit', 5, 0)",
        errors.CheckViolation,
    ),
    "an entry of nothing": (
        "INSERT INTO entry VALUES (%(alice)s, 90, 'kx', 'credit', 0, 0)",
        errors.CheckViolation,
    ),
    "an entry on no side": (
        "INSERT INTO entry VALUES (%(alice)s, 90, 'kx', 'left', 1, 0)",
        errors.CheckViolation,
    ),
    "an entry under a number that is taken": (
        "INSERT INTO entry VALUES (%(alice)s, 1, 'kx', 'credit', 1, 0), (%(bob)s, 91, 'kx', 'debit', 1, 0)",
        errors.UniqueViolation,
    ),
    "a second movement under one id": (
        "INSERT INTO movement SELECT * FROM movement WHERE id = %(k1)s",
        errors.UniqueViolation,
    ),
    "a hold that ends twice": (
        "UPDATE hold SET status = 'open', remaining = 1 WHERE id = %(h2)s",
        errors.CheckViolation,
    ),
    "a hold of less than nothing": (
        "UPDATE hold SET remaining = -1 WHERE id = %(h1)s",
        errors.CheckViolation,
    ),
    "a hold that grows": (
        "UPDATE hold SET remaining = amount + 1 WHERE id = %(h1)s",
        errors.CheckViolation,
    ),
    "an ended hold that reserves": (
        "UPDATE hold SET status = 'released' WHERE id = %(h1)s",
        errors.CheckViolation,
    ),
    "a fourth try": (
        "INSERT INTO pin_verifier VALUES (%(alice)s, '', 1, '', 1, 4)",
        errors.CheckViolation,
    ),
}


@pytest.mark.parametrize("deed", ILLEGAL)
def test_the_database_refuses(deed: str, books: StoredBooks, alice: str) -> None:
    query, expected = ILLEGAL[deed]
    names = {name: books.prefix + name for name in ("bob", "k1", "h1", "h2")} | {"alice": alice}
    before = books.snapshot()
    with pytest.raises(psycopg.Error) as refused:
        books.database.execute(query.encode(), names)
    assert isinstance(refused.value, expected), refused.value
    assert books.snapshot() == before
