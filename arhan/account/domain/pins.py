"""PINs: four digits, three tries, and a verifier that is worth nothing without the bank's key. Pure.

Ten thousand PINs are tried in no time, so no hash of one is safe by itself. The PIN is first sealed
with HMAC under a key kept outside the database, then hashed like a password (docs/decisions/0003).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

TRIES = 3
ITERATIONS = 1_000
SALT_BYTES = 16
PROOF_LIFE = timedelta(minutes=5)
"""How long a login need not prove the same PIN again."""
PATTERN = r"^[0-9]{4}$"


def seal(*, key: bytes, account: str, pin: str) -> bytes:
    """The PIN of this account under the bank's key: compared, never stored."""
    return hmac.digest(key, f"{account}\0{pin}".encode(), "sha256")


def derive(*, sealed: bytes, salt: bytes, iterations: int) -> bytes:
    """What is stored to recognise the PIN: PBKDF2-HMAC-SHA256 (RFC 8018) of the sealed PIN."""
    return hashlib.pbkdf2_hmac("sha256", sealed, salt, iterations)
