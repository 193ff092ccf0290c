"""Somebody looks at their sessions and ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.store import audit
from arhan.identity.store import sessions as store
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import not_found

if TYPE_CHECKING:
    from arhan.identity.models import Session
    from arhan.kernel.auth import Principal

ENDED_BY_OWNER = "ended_by_owner"


def list_sessions(*, principal: Principal) -> list[Session]:
    """The open sessions of the person who asks, newest first."""
    return list_sessions_of(principal.subject)


def list_sessions_of(person_id: str) -> list[Session]:
    """The open sessions of somebody, newest first."""
    return store.list_open(person_id, now=clock.now())


def end_session(*, principal: Principal, session_id: str) -> None:
    """End one of one's own sessions; Refused(not_found) for another's or one that has ended."""
    with django_transaction():
        session = store.find(session_id)
        if session is None or session.person_id != principal.subject:
            raise not_found(what="session")
        if not store.end(session_id, now=clock.now(), reason=ENDED_BY_OWNER):
            raise not_found(what="session")
        _note(principal, [session_id])


def end_sessions(*, principal: Principal, but_this: bool) -> int:
    """End all of one's own sessions, or all but the one that asks; how many ended."""
    kept = principal.session if but_this else ""
    with django_transaction():
        ended = store.end_all(principal.subject, now=clock.now(), reason=ENDED_BY_OWNER, but=kept)
        _note(principal, ended)
    return len(ended)


def _note(principal: Principal, ended: list[str]) -> None:
    audit.append_own("sessions.ended", person_id=principal.subject, role=principal.role, sessions=ended)
