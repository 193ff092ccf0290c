"""Challenges, passkeys and their requests, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.models import Challenge, Passkey, PasskeyRequest

if TYPE_CHECKING:
    from datetime import datetime


def insert(challenge: Challenge) -> None:
    """Keep a new challenge."""
    challenge.save(force_insert=True)


def find(challenge_id: str, *, person_id: str) -> Challenge | None:
    """A challenge of this person."""
    return Challenge.objects.filter(id=challenge_id, person_id=person_id).first()


def lock(challenge_id: str, *, person_id: str) -> Challenge | None:
    """A challenge of this person, locked."""
    return Challenge.objects.select_for_update().filter(id=challenge_id, person_id=person_id).first()


def save_progress(challenge: Challenge) -> None:
    """A try was made or succeeded."""
    challenge.save(update_fields=["failures", "answered_at"])


def insert_passkey(passkey: Passkey) -> None:
    """Keep a new passkey."""
    passkey.save(force_insert=True)


def lock_passkey(credential_id: bytes) -> Passkey | None:
    """The passkey of this credential id, with its person; locked."""
    found = Passkey.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    return found.filter(credential_id=credential_id).first()


def list_passkeys(person_id: str) -> list[Passkey]:
    """Somebody's passkeys, newest first."""
    return list(Passkey.objects.filter(person_id=person_id).order_by("-created_at"))


def has_passkey(person_id: str) -> bool:
    """Whether somebody has a passkey."""
    return Passkey.objects.filter(person_id=person_id).exists()


def save_use(passkey: Passkey, *, sign_count: int, now: datetime) -> None:
    """It signed."""
    Passkey.objects.filter(id=passkey.id).update(sign_count=sign_count, last_used_at=now)


def delete_passkey(person_id: str, passkey_id: str) -> bool:
    """Somebody's passkey is gone; whether there was one."""
    deleted, _ = Passkey.objects.filter(person_id=person_id, id=passkey_id).delete()
    return bool(deleted)


def delete_passkeys(person_id: str) -> None:
    """All of somebody's passkeys are gone."""
    Passkey.objects.filter(person_id=person_id).delete()


def insert_request(request: PasskeyRequest) -> None:
    """Remember what a passkey is asked to sign."""
    request.save(force_insert=True)


def take_request(challenge: bytes, *, purpose: str, now: datetime) -> PasskeyRequest | None:
    """The unexpired request with these bytes, used up."""
    found = PasskeyRequest.objects.select_for_update().filter(
        challenge=challenge, purpose=purpose, expires_at__gt=now
    )
    request = found.select_related(None).first()
    if request is not None:
        PasskeyRequest.objects.filter(challenge=challenge).delete()
    return request


def sweep(now: datetime) -> int:
    """Delete what has long expired; how many rows."""
    challenges, _ = Challenge.objects.filter(expires_at__lt=now).delete()
    requests, _ = PasskeyRequest.objects.filter(expires_at__lt=now).delete()
    return challenges + requests
