"""Sessions and devices, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from arhan.identity.domain.devices import MAX_NAME
from arhan.identity.domain.people import parse_name
from arhan.kernel.office import Shape


class Session(Shape):
    """One login that has not ended."""

    id: str
    is_this: bool
    """Whether it is the session that asks."""
    device_id: str | None
    device_name: str | None
    user_agent: str
    address: str
    methods: list[str]
    signed_in_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Sessions(Shape):
    """Open sessions, newest first."""

    items: list[Session]


class SessionsEnded(Shape):
    """How many ended."""

    ended: int


class Device(Shape):
    """A device that has signed in."""

    id: str
    name: str
    user_agent: str
    first_seen_at: datetime
    last_seen_at: datetime
    trusted_from: datetime
    """Until then it may move less than usual."""


class Devices(Shape):
    """Devices, last used first."""

    items: list[Device]


class DeviceName(Shape):
    """A name for a device."""

    name: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(parse_name)]
