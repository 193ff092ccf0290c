"""Answers of identity, as far as pages read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Tokens(msgspec.Struct, frozen=True):
    """What identity gives whoever signs in."""

    access_token: str
    refresh_token: str
    expires_in: int
    device_token: str | None = None
    """For a device seen for the first time."""


class Me(msgspec.Struct, frozen=True):
    """The person who is signed in."""

    id: str
    username: str
    role: str
    tier: int = 0
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    email_verified: bool = False
    phone_verified: bool = False
    created_at: datetime | None = None

    @property
    def name(self) -> str:
        """First and last name, as the header shows it."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


class Factors(msgspec.Struct, frozen=True):
    """The second factors somebody has."""

    authenticator: bool
    recovery_codes_left: int = 0


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app needs; shown once."""

    secret: str
    qr_svg: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Codes for the day the authenticator is lost; shown once."""

    recovery_codes: list[str]


class Passkey(msgspec.Struct, frozen=True):
    """A passkey one has made."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None


class PasskeyOptions(msgspec.Struct, frozen=True):
    """What the browser is to ask its passkeys."""

    options: dict[str, Any]


class Challenge(msgspec.Struct, frozen=True):
    """How somebody can confirm an act: `otp`, `passkey`, `text`; nothing when they have no second factor."""

    id: str
    methods: list[str]


class Proof(msgspec.Struct, frozen=True):
    """Identity's word that an act was confirmed."""

    proof: str


class Login(msgspec.Struct, frozen=True):
    """A place where one is signed in."""

    id: str
    is_this: bool
    user_agent: str
    address: str
    signed_in_at: datetime
    last_used_at: datetime
    device_name: str | None = None


class Device(msgspec.Struct, frozen=True):
    """A device one has signed in with."""

    id: str
    name: str
    user_agent: str
    first_seen_at: datetime
    last_seen_at: datetime


class PersonSeen(msgspec.Struct, frozen=True):
    """A person as staff see them."""

    id: str
    username: str
    email: str
    name: str
    phone: str
    role: str
    tier: int
    enabled: bool
    created_at: datetime
    email_verified: bool = False
    phone_verified: bool = False
    second_factor: bool = False


class Note(msgspec.Struct, frozen=True):
    """What a colleague wrote about somebody."""

    id: str
    text: str
    written_by: str
    written_at: datetime


class Letter(msgspec.Struct, frozen=True):
    """A letter or a text that stayed in the house."""

    id: int
    address: str
    subject: str
    body: str
    created_at: datetime


class Invitation(msgspec.Struct, frozen=True):
    """An invitation nobody has accepted yet."""

    id: str
    email: str
    role: str
    created_at: datetime


class RolePermits(msgspec.Struct, frozen=True):
    """A role and what it permits."""

    role: str
    permissions: list[str]


class Roles(msgspec.Struct, frozen=True):
    """All roles, and every permission with what it means."""

    items: list[RolePermits]
    permissions: dict[str, str]
