"""Signing keys, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from arhan.identity.models import SigningKey

if TYPE_CHECKING:
    from datetime import datetime

_LOCK = 0x0A12_4EE5


def lock() -> None:
    """Only one process makes or rotates keys at a time; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def insert(key: SigningKey) -> None:
    """Keep a new key."""
    key.save(force_insert=True)


def find_signer(now: datetime) -> SigningKey | None:
    """The key that signs at this moment: the newest whose time has come."""
    return SigningKey.objects.filter(signs_from__lte=now).order_by("-signs_from").first()


def get(kid: str) -> SigningKey:
    """The key of this id."""
    return SigningKey.objects.get(kid=kid)


def list_published(now: datetime) -> list[SigningKey]:
    """Keys whose signatures are still accepted, newest first."""
    still = Q(published_until__isnull=True) | Q(published_until__gt=now)
    return list(SigningKey.objects.filter(still).order_by("-signs_from"))


def retire_others(kid: str, *, published_until: datetime) -> None:
    """Every other key that has no end yet ends then."""
    others = SigningKey.objects.filter(published_until__isnull=True).exclude(kid=kid)
    others.update(published_until=published_until)
