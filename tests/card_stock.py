"""Cards in bulk, written as the account service writes them, for rotation and load."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
from cryptography.fernet import Fernet

from arhan.account.cards.controls import Controls, as_text
from arhan.account.cards.number import bind, compose, index_of
from arhan.account.cards.spending import EVER
from arhan.kernel import clock
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

ISSUER = "222399"
EXPIRES_ON = date(2039, 12, 31)
_CARD = (
    "id, account, customer, kind, variant, bin, last4, expires_on, name, state, reason, changed_by,"
    " changed_at, issued_at, number_ciphertext, key_id, number_index, controls, bank_controls"
)
_SPENDING = (
    "card, merchant, day, day_amount, day_count, week, week_amount, week_count, month, month_amount,"
    " month_count, ever, ever_amount, ever_count"
)


def stock(url: str, *, key: str, count: int, accounts: int = 1) -> dict[str, str]:
    """So many cards, spread over so many accounts; number by card id."""
    now = clock.now()
    theirs = [new_id("acc") for _ in range(accounts)]
    with psycopg.connect(url) as database, database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO account (id, customer, currency, name, status, status_reason, status_changed_by,"
            " status_changed_at, opened_at) SELECT id, 'usr_stock', 'NGN', 'Stock', 'active', '', '', %s, %s"
            " FROM unnest(%s::text[]) AS made (id)",
            (now, now, theirs),
        )
        numbers = [compose(issuer=ISSUER, account_part=500_000_000 + n) for n in range(count)]
        holders = [(theirs[n % accounts], "usr_stock", number) for n, number in enumerate(numbers)]
        ids = write(cursor, holders, encryption_key=key, index_key=b"stock")
    return dict(zip(ids, numbers, strict=True))


def write(
    cursor: psycopg.Cursor[Any],
    holders: Sequence[tuple[str, str, str]],
    *,
    encryption_key: str,
    index_key: bytes,
) -> list[str]:
    """A card for each (account, customer, number), with its counters; their ids."""
    now, rules = clock.now(), as_text(Controls())
    fernet, key_id = Fernet(encryption_key), key_name(encryption_key)
    ids = [new_id("card") for _ in holders]
    with cursor.copy(f"COPY card ({_CARD}) FROM STDIN".encode()) as stream:
        for id_, (account, customer, number) in zip(ids, holders, strict=True):
            sealed = fernet.encrypt(bind(card=id_, number=number))
            index = index_of(key=index_key, number=number)
            front = (id_, account, customer, "virtual", "standard", ISSUER, number[-4:], EXPIRES_ON)
            stream.write_row((*front, "", "open", "", "", now, now, sealed, key_id, index, rules, rules))
    with cursor.copy(f"COPY card_spending ({_SPENDING}) FROM STDIN".encode()) as stream:
        for id_ in ids:
            stream.write_row((id_, "", *((EVER, 0, 0) * 4)))
    with cursor.copy(b"COPY card_code (card, tries_left) FROM STDIN") as stream:
        for id_ in ids:
            stream.write_row((id_, 10))
    return ids


def key_name(key: str) -> str:
    """What is kept beside a number encrypted under this key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]
