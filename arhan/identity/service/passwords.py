"""Hashing and checking passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import hashers

from arhan.identity.domain.passwords import find_weakness
from arhan.identity.domain.throttle import own_password_throttle
from arhan.identity.errors import WEAK_PASSWORD, WRONG_PASSWORD
from arhan.identity.service.throttling import count_try, forgive_try
from arhan.identity.store import people
from arhan.kernel.errors import FieldError, Refused, not_found

if TYPE_CHECKING:
    from arhan.identity.models import Person


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


def confirm_password(person_id: str, password: str) -> Person:
    """The person, who says their password once more before something sensitive changes.

    Refused(wrong_password | locked).
    """
    throttles = [own_password_throttle(person_id)]
    count_try(throttles)
    person = people.find(person_id)
    if person is None:
        raise not_found(what="person")
    right, _ = check_password(password, person.password_hash)
    if not right:
        raise Refused(WRONG_PASSWORD, errors=(FieldError("/password", "wrong"),))
    forgive_try(throttles)
    return person
