"""Sessions and refresh tokens, as rows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from arhan.identity.domain.sessions import ACCESS_TOKEN_LIFE, SPARE
from arhan.identity.models import RefreshToken, Session
from arhan.identity.store import revocations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet


def insert(session: Session) -> None:
    """Keep a new session."""
    session.save(force_insert=True)


def find(session_id: str) -> Session | None:
    """The session of this id, with its person."""
    return Session.objects.select_related("person").filter(id=session_id).first()


def hash_token(token: str) -> bytes:
    """What is kept of a refresh token."""
    return hashlib.sha256(token.encode()).digest()


def add_refresh_token(*, session: Session, token: str, now: datetime, expires_at: datetime) -> None:
    """Keep a refresh token of this session, by its hash."""
    RefreshToken.objects.create(
        token_hash=hash_token(token), session=session, created_at=now, expires_at=expires_at
    )


def lock_refresh_token(token: str) -> RefreshToken | None:
    """The refresh token with its session and person; token and session locked, in that order."""
    return (
        RefreshToken.objects.select_for_update(of=("self", "session"), no_key=True)
        .select_related("session", "session__person", "session__device")
        .filter(token_hash=hash_token(token))
        .first()
    )


def use_refresh_token(token: RefreshToken, *, now: datetime) -> None:
    """A refresh token is good once."""
    RefreshToken.objects.filter(token_hash=token.token_hash).update(used_at=now)
    Session.objects.filter(id=token.session_id).update(last_used_at=now)


def add_methods(session_id: str, methods: Sequence[str]) -> None:
    """The person proved more in the course of this session."""
    session = Session.objects.select_for_update(no_key=True).get(id=session_id)
    session.methods = list(dict.fromkeys([*session.methods, *methods]))
    session.save(update_fields=["methods"])


def end_all(person_id: str, *, now: datetime, reason: str, but: str = "") -> list[str]:
    """End every open session of a person except, perhaps, the one they are in; which they were."""
    return _end(Session.objects.filter(person_id=person_id).exclude(id=but), now=now, reason=reason)


def end_of_device(device_id: str, *, now: datetime, reason: str) -> list[str]:
    """End every open session of a device; which they were."""
    return _end(Session.objects.filter(device_id=device_id), now=now, reason=reason)


def list_open(person_id: str, *, now: datetime) -> list[Session]:
    """Sessions of a person that have not ended, with their devices; newest first."""
    found = Session.objects.filter(person_id=person_id, ended_at__isnull=True, expires_at__gt=now)
    return list(found.select_related("device").order_by("-signed_in_at"))


def end(session_id: str, *, now: datetime, reason: str) -> bool:
    """End a session that has not ended; whether it was still open."""
    return bool(_end(Session.objects.filter(id=session_id), now=now, reason=reason))


def _end(sessions: QuerySet[Session], *, now: datetime, reason: str) -> list[str]:
    """End those still open and revoke the access tokens they gave out; ids in order."""
    still_open = sessions.filter(ended_at__isnull=True).order_by("id").select_for_update(no_key=True)
    ids = list(still_open.values_list("id", flat=True))
    Session.objects.filter(id__in=ids).update(ended_at=now, end_reason=reason)
    revocations.insert(ids, until=now + ACCESS_TOKEN_LIFE + SPARE)
    return ids
