"""One intention, one effect: a POST that creates or moves is remembered with its answer.

IETF draft-ietf-httpapi-idempotency-key-header-07: missing key 400, same key with another body 422,
first still running 409, done: the stored answer again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import settings
from arhan.kernel.errors import (
    IDEMPOTENCY_IN_PROGRESS,
    IDEMPOTENCY_KEY_MISSING,
    IDEMPOTENCY_KEY_REUSED,
    MALFORMED,
    FieldError,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEY_LENGTH = 255
REPLAYED_HEADER = "Idempotent-Replayed"


@dataclass(frozen=True, slots=True)
class Intention:
    """Who wants what, under which name."""

    principal: str
    route: str
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to give, and whether it was given before."""

    status: int
    body: Any
    replayed: bool


def parse_key(header: str | None) -> str:
    """The key, quoted (RFC 8941 string) or bare; Refused when missing or too long."""
    if header is None or not header.strip().strip('"'):
        raise Refused(IDEMPOTENCY_KEY_MISSING)
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':  # noqa: PLR2004 - the two quotes
        key = key[1:-1]
    if len(key) > MAX_KEY_LENGTH or not key.isprintable() or not key.isascii():
        error = FieldError("/headers/Idempotency-Key", "1 to 255 printable ASCII characters")
        raise Refused(MALFORMED, "The Idempotency-Key is not usable.", errors=(error,))
    return key


def hash_body(body: object) -> bytes:
    """A fingerprint of the parsed request, so that white space and member order do not matter.

    Keyed with the service's SECRET_KEY (keyed BLAKE2, RFC 7693): a body may hold a password or a PIN,
    and a bare hash of it in the database would let a thief of the table guess four digits in no time.
    """
    told = msgspec.json.encode(body, order="sorted")
    return hashlib.blake2b(told, key=_key(settings.require("SECRET_KEY")), digest_size=32).digest()


@lru_cache
def _key(secret: str) -> bytes:
    """A key of our own, of the length BLAKE2 takes, from a secret that others use too."""
    return hashlib.blake2b(secret.encode(), person=b"idempotency").digest()


def answer_once(cursor: Any, intention: Intention, do: Callable[[], tuple[int, Any]]) -> Answered:
    """Run `do` the first time, give its stored answer every other time.

    Runs in the caller's transaction, so effect and answer are stored together or not at all; a
    refusal raised by `do` stores nothing and the caller may try again. `do` returns a status and
    a JSON-able body. Holds a transaction-level advisory lock on the intention.
    """
    lock = int.from_bytes(
        hashlib.sha256(f"{intention.principal}\0{intention.route}\0{intention.key}".encode()).digest()[:8],
        signed=True,
    )
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (lock,))
    if not cursor.fetchone()[0]:
        raise Refused(IDEMPOTENCY_IN_PROGRESS)
    cursor.execute(
        "SELECT body_hash, status, answer::text FROM idempotency_key"
        " WHERE principal = %s AND route = %s AND key = %s",
        (intention.principal, intention.route, intention.key),
    )
    if (row := cursor.fetchone()) is not None:
        if bytes(row[0]) != intention.body_hash:
            raise Refused(IDEMPOTENCY_KEY_REUSED)
        return Answered(row[1], msgspec.json.decode(row[2]), replayed=True)
    status, body = do()
    encoded = msgspec.json.encode(body).decode()
    cursor.execute(
        "INSERT INTO idempotency_key"
        " (principal, route, key, body_hash, status, answer, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, now())",
        (
            intention.principal,
            intention.route,
            intention.key,
            intention.body_hash,
            status,
            encoded,
        ),
    )
    return Answered(status, msgspec.json.decode(encoded), replayed=False)
