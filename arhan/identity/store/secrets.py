"""Hashes of services' secrets, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from arhan.identity.models import ServiceSecret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def list_of(service: str, *, now: datetime) -> list[str] | None:
    """The hashes that hold now; None when no secret of this service was ever made here."""
    kept = ServiceSecret.objects.filter(service=service)
    held = list(
        kept.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now)).values_list("hash", flat=True)
    )
    return held if held or kept.exists() else None


def insert(service: str, hashes: Iterable[str], *, now: datetime) -> None:
    """Keep secrets; those that are there already stay as they are."""
    rows = [ServiceSecret(service=service, hash=each, made_at=now) for each in hashes]
    ServiceSecret.objects.bulk_create(rows, ignore_conflicts=True)


def retire_others(service: str, *, kept: str, expires_at: datetime) -> None:
    """Every other secret of this service that has no end yet ends then."""
    others = ServiceSecret.objects.filter(service=service, expires_at__isnull=True).exclude(hash=kept)
    others.update(expires_at=expires_at)


def delete_expired(now: datetime) -> int:
    """Forget secrets that ended long ago, where a successor holds; how many rows."""
    deleted, _ = ServiceSecret.objects.filter(expires_at__lt=now).delete()
    return int(deleted)
