"""Answers of account about support tickets."""

from __future__ import annotations

from datetime import datetime

import msgspec

ENDED = frozenset({"resolved", "closed"})


class Attachment(msgspec.Struct, frozen=True):
    """A document in a ticket."""

    id: str
    media_type: str
    size: int
    uploaded_at: datetime


class Message(msgspec.Struct, frozen=True):
    """What somebody wrote; internal ones only staff see."""

    id: str
    author: str
    by_staff: bool
    internal: bool
    body: str
    written_at: datetime
    attachments: list[Attachment] = msgspec.field(default_factory=list)


class Ticket(msgspec.Struct, frozen=True):
    """A question or a complaint, and how long the bank has for it."""

    id: str
    customer: str
    subject: str
    complaint: bool
    title: str
    status: str
    priority: str
    opened_at: datetime
    changed_at: datetime
    respond_by: datetime
    resolve_by: datetime
    overdue: bool
    account: str | None = None
    payment: str | None = None
    card: str | None = None
    loan: str | None = None
    assignee: str | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    remarks: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether it waits for nobody."""
        return self.status in ENDED


class Thread(Ticket, frozen=True, kw_only=True):
    """A ticket with what was written in it, oldest first."""

    messages: list[Message]

    def attachment(self, document_id: str) -> Attachment | None:
        """One of its documents."""
        found = (each for message in self.messages for each in message.attachments)
        return next((each for each in found if each.id == document_id), None)
