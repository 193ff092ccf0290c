"""Every query and every lock of the portal."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

from arhan.frontend.domain.sessions import IDLE, LONGEST
from arhan.frontend.models import BrowserSession, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_LOCK_WAIT_MS = 8_000


def hash_secret(secret: str) -> bytes:
    """What is stored of a cookie; 256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def add_session(session: BrowserSession) -> None:
    """A new row."""
    session.save(force_insert=True)


def find_session(secret: str) -> BrowserSession | None:
    """The session of this cookie, ended or not."""
    return BrowserSession.objects.filter(secret_hash=hash_secret(secret)).first()


def reread_session(session_id: str) -> BrowserSession | None:
    """The session as it is now; None when it was ended meanwhile."""
    return BrowserSession.objects.filter(id=session_id).first()


def note_seen(session_id: str, *, at: datetime) -> None:
    """A request was made in this session."""
    BrowserSession.objects.filter(id=session_id, seen_at__lt=at).update(seen_at=at)


def replace_tokens(session_id: str, *, access: bytes, access_expires_at: datetime, refresh: bytes) -> None:
    """The tokens were renewed."""
    BrowserSession.objects.filter(id=session_id).update(
        access_token=access, access_expires_at=access_expires_at, refresh_token=refresh
    )


def rename_person(session_id: str, *, name: str, tier: int) -> None:
    """What the header shows changed."""
    BrowserSession.objects.filter(id=session_id).update(name=name, tier=tier)


def end_session(session_id: str) -> None:
    """The row goes, and its drafts with it."""
    BrowserSession.objects.filter(id=session_id).delete()


def sweep_sessions(*, now: datetime) -> None:
    """Delete what has ended; cheap, so that signing in does it."""
    BrowserSession.objects.filter(seen_at__lt=now - IDLE).delete()
    BrowserSession.objects.filter(began_at__lt=now - LONGEST).delete()


@contextmanager
def session_locked(session_id: str) -> Iterator[None]:
    """Hold the session for ourselves across a call to identity.

    An advisory lock of the connection and not a row lock, because a row lock needs a transaction
    open during the call. PostgreSQL lets go of it should we die. django.db.OperationalError when
    another request holds it for too long.
    """
    key = int.from_bytes(hashlib.sha256(session_id.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{_LOCK_WAIT_MS}ms"])
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def add_draft(draft: Draft) -> None:
    """A new row."""
    draft.save(force_insert=True)


def find_draft(draft_id: str, *, session: str, kind: str) -> Draft | None:
    """A draft of this very session; nobody else's is ever found."""
    return Draft.objects.filter(id=draft_id, session_id=session, kind=kind).first()


def note_draft_sent(draft_id: str, *, at: datetime) -> None:
    """The order is on its way; whether it arrived is not known yet."""
    Draft.objects.filter(id=draft_id, sent_at=None).update(sent_at=at)


def forget_draft_sent(draft_id: str) -> None:
    """The bank refused before any order existed; the form is open again."""
    Draft.objects.filter(id=draft_id, payment="").update(sent_at=None)


def note_draft_paid(draft_id: str, *, payment: str) -> None:
    """The bank answered with this payment."""
    Draft.objects.filter(id=draft_id).update(payment=payment)


def check_answers() -> None:
    """One round trip to the database; raises when it is down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
