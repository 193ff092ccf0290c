"""Secrets at rest: encrypted under ENCRYPTION_KEY, which lives outside the database.

Fernet (AES-128-CBC with HMAC-SHA256). Several keys separated by commas: the first encrypts, all
decrypt, so that a key can be replaced while old ciphertexts are still around.
"""

from __future__ import annotations

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
