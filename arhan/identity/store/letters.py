"""Letters, the secrets they carried, and the mailbox, as rows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from arhan.identity.models import Letter, MailboxItem, SentSecret
from arhan.kernel import clock

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.identity.models import Person


def insert(letter: Letter) -> None:
    """Keep a letter to send."""
    letter.save(force_insert=True)


def lock_due(now: datetime) -> Letter | None:
    """The letter that has waited longest for its next try, locked; others skip it."""
    due = Letter.objects.filter(sent_at__isnull=True, next_try_at__lte=now).order_by("next_try_at")
    return due.select_for_update(skip_locked=True, of=("self",)).select_related("person").first()


def save_try(letter: Letter) -> None:
    """A delivery begins."""
    letter.save(update_fields=["tries", "next_try_at", "sent_at"])


def mark_sent(letter_id: str, *, now: datetime) -> None:
    """It went out; what it said is not kept."""
    Letter.objects.filter(id=letter_id).update(sent_at=now, values={})


def hash_secret(secret: str) -> bytes:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).digest()


def add_secret(secret: SentSecret) -> None:
    """A letter carries this; a code that came up before is good anew."""
    secret.save()


def revoke_secrets(person: Person, *, purpose: str, now: datetime) -> None:
    """What older letters of this purpose carried is worthless."""
    older = SentSecret.objects.filter(person=person, purpose=purpose, used_at__isnull=True)
    older.update(used_at=now)


def lock_secret(secret_hash: bytes, *, purpose: str) -> SentSecret | None:
    """The unused secret of this hash, locked, with its person."""
    found = SentSecret.objects.filter(secret_hash=secret_hash, purpose=purpose, used_at__isnull=True)
    return found.select_for_update(of=("self",)).select_related("person").first()


def use_secret(secret: SentSecret, *, now: datetime) -> None:
    """It is good once."""
    SentSecret.objects.filter(secret_hash=secret.secret_hash).update(used_at=now)


def put_in_mailbox(*, address: str, subject: str, body: str) -> None:
    """Keep a letter where staff and developers can open it."""
    MailboxItem.objects.create(address=address, subject=subject, body=body, created_at=clock.now())


def list_mailbox(*, address: str, before: int | None, limit: int) -> list[MailboxItem]:
    """Letters to this address, or to everybody; newest first."""
    found = MailboxItem.objects.order_by("-id")
    found = found.filter(address__iexact=address) if address else found
    found = found.filter(id__lt=before) if before is not None else found
    return list(found[:limit])
