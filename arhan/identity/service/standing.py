"""Whether somebody may come in at all, and as what; a change holds everywhere within a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.identity import PersonChanged
from arhan.identity.domain.roles import STAFF_MANAGE, is_staff_role
from arhan.identity.errors import ALREADY_SO, LAST_ADMIN, NOT_YOURSELF
from arhan.identity.store import audit, people, sessions
from arhan.kernel import clock, outbox
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import NOT_PERMITTED, Refused, not_found

if TYPE_CHECKING:
    from arhan.identity.models import Person
    from arhan.kernel.auth import Principal

DISABLED = "person_disabled"
ADMIN = "admin"


def set_enabled(*, principal: Principal, person_id: str, enabled: bool, reason: str) -> Person:
    """Disable somebody, or let them in again. Staff are the business of who manages staff.

    Refused(not_found | not_permitted | not_yourself | last_admin | already_so).
    """
    with django_transaction():
        person = lock_person(person_id)
        _refuse_unless_permitted(principal, person)
        if person.enabled == enabled:
            raise Refused(ALREADY_SO)
        if not enabled:
            refuse_if_last_admin(person)
        person.enabled = enabled
        people.set_enabled(person.id, enabled=enabled)
        _announce(person)
        end_sessions(person, reason=DISABLED)
        _note("person.enabled" if enabled else "person.disabled", principal, person, reason)
    return person


def sign_out_everywhere(*, principal: Principal, person_id: str, reason: str) -> int:
    """End somebody's sessions for them; how many. Refused(not_found | not_permitted)."""
    with django_transaction():
        person = lock_person(person_id)
        _refuse_unless_permitted(principal, person)
        ended = end_sessions(person, reason="ended_by_staff")
        _note("person.signed_out", principal, person, reason)
    return ended


def set_role(person: Person, role: str) -> None:
    """Give a person a role, in the caller's transaction; they sign in anew."""
    person.role = role
    people.set_role(person.id, role)
    _announce(person)
    end_sessions(person, reason="role_changed")


def set_tier(person: Person, tier: int) -> None:
    """Give a person a tier, in the caller's transaction; the next token says so."""
    person.tier = tier
    people.set_tier(person.id, tier)
    _announce(person)


def end_sessions(person: Person, *, reason: str) -> int:
    """End all sessions of a person, in the caller's transaction; how many."""
    return len(sessions.end_all(person.id, now=clock.now(), reason=reason))


def lock_person(person_id: str) -> Person:
    """The person, locked; Refused(not_found)."""
    person = people.lock(person_id)
    if person is None:
        raise not_found(what="person")
    return person


def refuse_if_last_admin(person: Person) -> None:
    """A bank without an admin could not be run any more; Refused(last_admin)."""
    if person.role == ADMIN and people.count_enabled(ADMIN) == 1:
        raise Refused(LAST_ADMIN)


def _refuse_unless_permitted(principal: Principal, person: Person) -> None:
    if person.id == principal.subject:
        raise Refused(NOT_YOURSELF)
    if is_staff_role(person.role) and STAFF_MANAGE not in principal.scopes:
        raise Refused(NOT_PERMITTED, "You do not manage staff.")


def _announce(person: Person) -> None:
    with django_transaction() as cursor:
        changed = PersonChanged(id=person.id, role=person.role, tier=person.tier, enabled=person.enabled)
        outbox.publish(cursor, [changed])


def _note(action: str, principal: Principal, person: Person, reason: str) -> None:
    audit.append(
        Deed(
            action=action,
            actor=principal.subject,
            role=principal.role,
            subject=person.id,
            details={"reason": reason},
        )
    )
