"""People, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.db.models import Q
from django.db.models.functions import Lower

from arhan.identity.errors import EMAIL_TAKEN, USERNAME_TAKEN
from arhan.identity.models import Person
from arhan.kernel.errors import FieldError, Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_TAKEN = {
    "person_username_once": Refused(USERNAME_TAKEN, errors=(FieldError("/username", "taken"),)),
    "person_email_once": Refused(EMAIL_TAKEN, errors=(FieldError("/email", "taken"),)),
}


def insert(person: Person) -> None:
    """Keep a new person; Refused(username_taken) or Refused(email_taken), also in a race."""
    try:
        person.save(force_insert=True)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refused = _TAKEN.get(getattr(diagnosis, "constraint_name", "") or "")
        if refused is None:
            raise
        raise Refused(refused.refusal, errors=refused.errors) from None


def refuse_if_taken(*, username: str, email: str) -> None:
    """Refused(username_taken) or Refused(email_taken) before any work is spent on a hash."""
    people = Person.objects.annotate(name=Lower("username"), address=Lower("email"))
    if people.filter(name=username.lower()).exists():
        raise Refused(USERNAME_TAKEN, errors=_TAKEN["person_username_once"].errors)
    if people.filter(address=email.lower()).exists():
        raise Refused(EMAIL_TAKEN, errors=_TAKEN["person_email_once"].errors)


def find_by_login(login: str) -> Person | None:
    """Whoever signs in with this username or email address, in any case."""
    field = "email" if "@" in login else "username"
    return Person.objects.annotate(login=Lower(field)).filter(login=login.lower()).first()


def find(person_id: str) -> Person | None:
    """The person of this id."""
    return Person.objects.filter(id=person_id).first()


def lock(person_id: str) -> Person | None:
    """The person of this id, locked until the transaction ends."""
    return Person.objects.select_for_update(no_key=True).filter(id=person_id).first()


def list_by_ids(ids: Collection[str]) -> list[Person]:
    """Those of these people who exist, by id."""
    return list(Person.objects.filter(id__in=ids).order_by("id"))


def list_ids_of_role(role: str) -> list[str]:
    """Everybody who has this role."""
    return list(Person.objects.filter(role=role).order_by("id").values_list("id", flat=True))


def count_enabled(role: str) -> int:
    """How many with this role may come in; locks them, so that two cannot leave at once."""
    found = Person.objects.filter(role=role, enabled=True).order_by("id").select_for_update(no_key=True)
    return len(found)


def search(*, query: str, role: str, before: str, limit: int) -> list[Person]:
    """People whose name, username, email address or phone contains the query, newest first."""
    found = Person.objects.order_by("-id")
    if query:
        matches = Q(username__icontains=query) | Q(email__icontains=query) | Q(phone__contains=query)
        matches |= Q(first_name__icontains=query) | Q(last_name__icontains=query) | Q(id=query)
        found = found.filter(matches)
    found = found.filter(role=role) if role else found
    found = found.filter(id__lt=before) if before else found
    return list(found[:limit])


def set_enabled(person_id: str, *, enabled: bool) -> None:
    """Whether the person may come in."""
    Person.objects.filter(id=person_id).update(enabled=enabled)


def set_role(person_id: str, role: str) -> None:
    """What the person is at the bank."""
    Person.objects.filter(id=person_id).update(role=role)


def set_tier(person_id: str, tier: int) -> None:
    """How well the person has proved who they are."""
    Person.objects.filter(id=person_id).update(tier=tier)


def set_email_verified(person_id: str, *, now: datetime) -> None:
    """The person has shown that the mail address is theirs."""
    Person.objects.filter(id=person_id).update(email_verified_at=now)


def set_phone_verified(person_id: str, *, now: datetime) -> None:
    """The person has shown that the phone is theirs."""
    Person.objects.filter(id=person_id).update(phone_verified_at=now)


def has_verified_phone(person_id: str) -> bool:
    """Whether somebody has shown that the phone is theirs."""
    return Person.objects.filter(id=person_id, phone_verified_at__isnull=False).exists()


def set_password_hash(person_id: str, password_hash: str) -> None:
    """Replace the hash of somebody's password."""
    Person.objects.filter(id=person_id).update(password_hash=password_hash)
