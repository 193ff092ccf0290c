"""Sessions and refresh tokens, as rows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from arhan.identity.models import RefreshToken, Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def insert(session: Session) -> None:
    """Keep a new session."""
    session.save(force_insert=True)


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
        .select_related("session", "session__person")
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


def end_all(person_id: str, *, now: datetime, reason: str, but: str = "") -> None:
    """End every open session of a person except, perhaps, the one they are in."""
    open_sessions = Session.objects.filter(person_id=person_id, ended_at__isnull=True).exclude(id=but)
    open_sessions.update(ended_at=now, end_reason=reason)


def end(session_id: str, *, now: datetime, reason: str) -> bool:
    """End a session that has not ended; whether it was still open."""
    open_sessions = Session.objects.filter(id=session_id, ended_at__isnull=True)
    return bool(open_sessions.update(ended_at=now, end_reason=reason))
