"""Looking people up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.store import people as store
from arhan.kernel.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Collection

    from arhan.identity.models import Person


def get_person(person_id: str) -> Person:
    """The person of this id; Refused(not_found)."""
    person = store.find(person_id)
    if person is None:
        raise not_found(what="person")
    return person


def search(*, query: str, role: str, before: str, limit: int) -> list[Person]:
    """People found by name, username, address, phone or id, newest first."""
    return store.search(query=query, role=role, before=before, limit=limit)


def list_people(ids: Collection[str], *, logins: Collection[str] = ()) -> list[Person]:
    """Those of these people the bank knows: by id, or by what they sign in with."""
    by_login = [person for login in logins if (person := store.find_by_login(login))]
    return [*store.list_by_ids(ids), *by_login]
