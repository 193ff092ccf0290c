"""What a person was told, as far as pages read it. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Notification(msgspec.Struct, frozen=True):
    """One thing they were told."""

    id: str
    kind: str
    topic: str
    subject: str
    created_at: datetime
    amount: int = 0
    currency: str = ""
    state: str = ""
    name: str = ""
    due_on: str = ""
    read_at: datetime | None = None

    @property
    def due_date(self) -> date | None:
        """The day it is about."""
        return date.fromisoformat(self.due_on) if self.due_on else None


class Told(msgspec.Struct, frozen=True):
    """A page of what they were told, and how much of all of it is unread."""

    items: list[Notification]
    next: str | None = None
    unread: int = 0


class Unread(msgspec.Struct, frozen=True):
    """How much is unread; a hundred stands for more."""

    unread: int


class Preference(msgspec.Struct, frozen=True):
    """How they are told about a topic."""

    topic: str
    in_app: bool
    email: bool
    fixed: bool = False


class Preferences(msgspec.Struct, frozen=True):
    """How they are told."""

    items: list[Preference]
