"""Hashing and checking passwords."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.contrib.auth import hashers

from arhan.identity.domain.letters import PASSWORD_CHANGED
from arhan.identity.domain.passwords import find_weakness
from arhan.identity.domain.throttle import own_password_throttle
from arhan.identity.errors import WEAK_PASSWORD, WRONG_PASSWORD
from arhan.identity.service import letters
from arhan.identity.service.throttling import count_try, forgive_try
from arhan.identity.store import audit, people, sessions
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import FieldError, Refused, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.identity.models import Person
    from arhan.kernel.auth import Principal

CHANGED = "password_changed"
"""Why sessions ended."""


def refuse_weak(password: str, *, about: Iterable[str], pointer: str = "/password") -> None:
    """Refused(weak_password) with the reason; `about` is what others know of the person."""
    if weakness := find_weakness(password, about=list(about)):
        raise Refused(WEAK_PASSWORD, weakness, errors=(FieldError(pointer, weakness),))


def hash_password(password: str) -> str:
    """A salted PBKDF2 hash: a quarter of a second of work."""
    return hashers.make_password(_normalised(password))


def change_password(*, principal: Principal, current_password: str, new_password: str) -> None:
    """A new password for whoever knows the present one; every other session ends.

    Refused(wrong_password | locked | weak_password).
    """
    person = confirm_password(principal.subject, current_password, pointer="/current_password")
    set_password(person, new_password, pointer="/new_password", keep_session=principal.session)


def set_password(person: Person, password: str, *, pointer: str, keep_session: str = "") -> None:
    """Replace somebody's password and end their sessions but one; Refused(weak_password)."""
    refuse_weak(password, about=known_about(person), pointer=pointer)
    password_hash = hash_password(password)
    with django_transaction():
        people.set_password_hash(person.id, password_hash)
        letters.post(PASSWORD_CHANGED, person=person)
        ended = sessions.end_all(person.id, now=clock.now(), reason=CHANGED, but=keep_session)
        audit.append_own("password.changed", person_id=person.id, role=person.role, sessions_ended=len(ended))


def _normalised(password: str) -> str:
    """The same characters however the keyboard composed them (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def known_about(person: Person) -> list[str]:
    """What others know of somebody, and try first when they guess."""
    return [person.username, person.email, person.first_name, person.last_name, person.phone]


def check_password(password: str, password_hash: str | None) -> tuple[bool, bool]:
    """Whether it is right, and whether its hash wants renewing.

    Without a hash to check (nobody has that name) the same work is done for nothing, so that the
    time it takes tells nothing.
    """
    if password_hash is None:
        hash_password(password)
        return False, False
    return hashers.verify_password(_normalised(password), password_hash)


def confirm_password(person_id: str, password: str, *, pointer: str = "/password") -> Person:
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
        raise Refused(WRONG_PASSWORD, errors=(FieldError(pointer, "wrong"),))
    forgive_try(throttles)
    return person
