"""Devices: known again at login, named, forgotten."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from arhan.identity.domain import devices as rules
from arhan.identity.domain.letters import NEW_DEVICE
from arhan.identity.domain.notices import Notice
from arhan.identity.domain.throttle import network
from arhan.identity.models import Device
from arhan.identity.service import letters, notices
from arhan.identity.store import audit, sessions
from arhan.identity.store import devices as store
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.identity.domain.origins import Origin
    from arhan.identity.models import Person
    from arhan.kernel.auth import Principal

FORGOTTEN = "device_forgotten"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The device of a login, and the token to know it again by if it is new."""

    device: Device
    token: str | None


def is_known(person_id: str, origin: Origin) -> bool:
    """Whether the person has signed in from this device before; asks the same of nobody's id."""
    return _find(person_id, origin) is not None


def recognise(person: Person, origin: Origin, *, now: datetime) -> Recognised:
    """The device of this login; a new one is kept, and announced unless it is the first.

    Needs the caller's transaction.
    """
    device = _find(person.id, origin)
    if device is not None:
        store.note_use(device, user_agent=origin.user_agent, network=network(origin.address), now=now)
        return Recognised(device, None)
    is_first = not store.has_any(person.id)
    token = secrets.token_urlsafe(32)
    device = Device(
        id=new_id("dev"),
        person=person,
        token_hash=store.hash_token(token),
        name=rules.name_of(origin.user_agent),
        user_agent=origin.user_agent,
        network=network(origin.address),
        first_seen_at=now,
        last_seen_at=now,
        trusted_from=rules.trusted_from(is_first=is_first, now=now),
    )
    store.insert(device)
    if not is_first:
        seen = {"user_agent": origin.user_agent or "an unknown program", "origin": origin.address}
        letters.post(NEW_DEVICE, person=person, at=f"{now:%Y-%m-%d %H:%M}", **seen)
        _tell(device)
    return Recognised(device, token)


def list_devices(*, principal: Principal) -> list[Device]:
    """The devices of the person who asks."""
    return list_devices_of(principal.subject)


def list_devices_of(person_id: str) -> list[Device]:
    """The devices of somebody, last used first."""
    return store.list_of(person_id)


def rename_device(*, principal: Principal, device_id: str, name: str) -> Device:
    """Give a device a name; Refused(not_found)."""
    with django_transaction():
        device = _own(principal, device_id)
        store.rename(device.id, name)
        device.name = name
    return device


def forget_device(*, principal: Principal, device_id: str) -> None:
    """Forget a device and end its sessions; Refused(not_found)."""
    with django_transaction():
        device = _own(principal, device_id)
        sessions.end_of_device(device.id, now=clock.now(), reason=FORGOTTEN)
        store.delete(device.id)
        audit.append_own(
            "device.forgotten", person_id=principal.subject, role=principal.role, device=device.id
        )


def _tell(device: Device) -> None:
    notice = Notice(
        person=device.person_id, kind="new_device", cause=device.id, subject=device.id, name=device.name
    )
    with connection.cursor() as cursor:
        notices.tell(cursor, [notice])


def _own(principal: Principal, device_id: str) -> Device:
    device = store.find(principal.subject, device_id)
    if device is None:
        raise not_found(what="device")
    return device


def _find(person_id: str, origin: Origin) -> Device | None:
    by_token = store.find_by_token(person_id, origin.device_token)
    place = network(origin.address)
    return by_token or store.find_by_look(person_id, user_agent=origin.user_agent, network=place)
