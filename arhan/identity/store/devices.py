"""Devices, as rows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from arhan.identity.models import Device

if TYPE_CHECKING:
    from datetime import datetime


def hash_token(token: str) -> bytes:
    """What is kept of a device's token."""
    return hashlib.sha256(token.encode()).digest()


def insert(device: Device) -> None:
    """Keep a new device."""
    device.save(force_insert=True)


def find_by_token(person_id: str, token: str) -> Device | None:
    """The person's device that holds this token."""
    return Device.objects.filter(person_id=person_id, token_hash=hash_token(token)).first()


def find_by_look(person_id: str, *, user_agent: str, network: str) -> Device | None:
    """The person's device that looks like this one and was last seen in the same place."""
    alike = Device.objects.filter(person_id=person_id, user_agent=user_agent, network=network)
    return alike.order_by("-last_seen_at").first()


def has_any(person_id: str) -> bool:
    """Whether the person has ever signed in with a device."""
    return Device.objects.filter(person_id=person_id).exists()


def note_use(device: Device, *, user_agent: str, network: str, now: datetime) -> None:
    """It was seen again, perhaps elsewhere and after an update."""
    Device.objects.filter(id=device.id).update(user_agent=user_agent, network=network, last_seen_at=now)


def find(person_id: str, device_id: str) -> Device | None:
    """One of the person's devices."""
    return Device.objects.filter(person_id=person_id, id=device_id).first()


def list_of(person_id: str) -> list[Device]:
    """The person's devices, last used first."""
    return list(Device.objects.filter(person_id=person_id).order_by("-last_seen_at"))


def rename(device_id: str, name: str) -> None:
    """Give it a name of the person's choosing."""
    Device.objects.filter(id=device_id).update(name=name)


def delete(device_id: str) -> None:
    """Forget it; it is new again when it comes back."""
    Device.objects.filter(id=device_id).delete()
