"""Secrets at rest: encrypted under ENCRYPTION_KEY, which lives outside the database.

Fernet (AES-128-CBC with HMAC-SHA256). Several keys separated by commas: the first encrypts, all
decrypt, so that a key can be replaced while old ciphertexts are still around.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet

from arhan.kernel import settings


@lru_cache
def _fernet(service: str) -> MultiFernet:
    keys = settings.load(service).encryption_keys
    if not keys:
        settings.require("ENCRYPTION_KEY")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        msg = "ENCRYPTION_KEY must be 32 random bytes in URL-safe base64."
        raise settings.ConfigurationError(msg) from None


def encrypt(service: str, secret: bytes) -> bytes:
    """The ciphertext of a secret of this service."""
    return _fernet(service).encrypt(secret)


def decrypt(service: str, ciphertext: bytes) -> bytes:
    """The secret again; cryptography's InvalidToken when it was sealed under no key we have."""
    return _fernet(service).decrypt(ciphertext)


def key_id(service: str) -> str:
    """Names the key that encrypts now, without telling anything about it; kept beside ciphertexts."""
    return _name_of(settings.load(service).encryption_keys[0])


def key_ids(service: str) -> tuple[str, ...]:
    """Names of all keys that decrypt, the one that encrypts first."""
    return tuple(_name_of(key) for key in settings.load(service).encryption_keys)


def _name_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]
