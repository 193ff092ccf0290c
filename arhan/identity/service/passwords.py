"""Hashing and checking passwords."""

from __future__ import annotations

from django.contrib.auth import hashers

from arhan.identity.domain.passwords import find_weakness
from arhan.identity.errors import WEAK_PASSWORD
from arhan.kernel.errors import FieldError, Refused


def hash_password(password: str) -> str:
    """A salted PBKDF2 hash, a quarter of a second of work; Refused(weak_password) for a weak one."""
    if weakness := find_weakness(password):
        raise Refused(WEAK_PASSWORD, weakness, errors=(FieldError("/password", weakness),))
    return hashers.make_password(password)


def check_password(password: str, password_hash: str | None) -> tuple[bool, bool]:
    """Whether it is right, and whether its hash wants renewing.

    Without a hash to check (nobody has that name) the same work is done for nothing, so that the
    time it takes tells nothing.
    """
    if password_hash is None:
        hashers.make_password(password)
        return False, False
    return hashers.verify_password(password, password_hash)
