"""Answers of identity about who customers have proved to be."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """What a tier allows, in minor units; None where there is no limit."""

    currency: str
    single_deposit: int | None = None
    balance: int | None = None
    daily_outflow: int | None = None


class Particulars(msgspec.Struct, frozen=True):
    """Date of birth and address."""

    date_of_birth: date
    line: str
    city: str
    state: str
    country: str


class IdentityNumber(msgspec.Struct, frozen=True):
    """A confirmed number."""

    kind: str
    last_digits: str
    verified_at: datetime


class Document(msgspec.Struct, frozen=True):
    """An uploaded document, without its content."""

    id: str
    kind: str
    media_type: str
    size: int
    uploaded_at: datetime


class Application(msgspec.Struct, frozen=True):
    """An application for a tier, and what was decided."""

    id: str
    tier: int
    status: str
    submitted_at: datetime
    decided_at: datetime | None = None
    reason: str = ""
    person_id: str = ""
    name: str = ""
    decided_by: str = ""


class Dossier(msgspec.Struct, frozen=True):
    """What somebody has told and shown, and what it allows them."""

    person_id: str
    name: str
    tier: int
    limits: Limits
    identity_numbers: list[IdentityNumber]
    documents: list[Document]
    profile: Particulars | None = None
    application: Application | None = None

    @property
    def next_tier(self) -> int:
        """The tier one may apply for."""
        return max(2, self.tier + 1)

    @property
    def waits(self) -> bool:
        """Whether somebody is looking at it."""
        return self.application is not None and self.application.status == "waiting"
