"""What the identity service says about people."""

from __future__ import annotations

from arhan.kernel.outbox import Fact


class PersonRegistered(Fact, frozen=True, kw_only=True):
    """Somebody became a customer or a member of staff."""

    id: str
    username: str
    name: str
    role: str
    tier: int

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "identity.person.registered"

    def event_subject(self) -> str:
        """The person."""
        return self.id


class PersonChanged(Fact, frozen=True, kw_only=True):
    """Role, tier or standing of a person changed."""

    id: str
    role: str
    tier: int
    enabled: bool

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "identity.person.changed"

    def event_subject(self) -> str:
        """The person."""
        return self.id


EVENTS: tuple[type[Fact], ...] = (PersonRegistered, PersonChanged)
