"""Support tickets, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from arhan.account.domain.tickets import Priority, Status, Subject
from arhan.kernel.ids import id_pattern
from arhan.kernel.office import Shape

Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
Word = Annotated[str, Field(max_length=64)]


class NewTicket(Shape):
    """What a customer asks or complains about."""

    subject: Subject
    complaint: bool = False
    title: Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
    body: Text
    account: Annotated[str, Field(pattern=id_pattern("acc"))] | None = None
    payment: Annotated[str, Field(pattern=id_pattern("pay"))] | None = None
    card: Annotated[str, Field(pattern=id_pattern("card"))] | None = None
    loan: Annotated[str, Field(pattern=id_pattern("loan"))] | None = None


class NewMessage(Shape):
    """What somebody writes in a ticket."""

    body: Text
    internal: bool = False
    """Between members of staff: the customer does not see it."""


class Assignment(Shape):
    """Who looks after a ticket; null for nobody."""

    assignee: Annotated[str, Field(pattern=id_pattern("usr"))] | None


class NewPriority(Shape):
    """How urgent a ticket is."""

    priority: Priority


class Resolution(Shape):
    """What resolved a ticket, as the customer reads it."""

    remarks: Text


class AttachmentShape(Shape):
    """A document in a ticket."""

    id: str
    media_type: str
    size: int
    """Bytes."""
    uploaded_by: str
    uploaded_at: datetime


class MessageShape(Shape):
    """What somebody wrote."""

    id: str
    author: str
    """Person id."""
    by_staff: bool
    internal: bool
    body: str
    written_at: datetime
    attachments: list[AttachmentShape]


class TicketShape(Shape):
    """A ticket as lists show it."""

    id: str
    customer: str
    subject: Subject
    complaint: bool
    title: str
    account: str | None
    payment: str | None
    card: str | None
    loan: str | None
    status: Status
    priority: Priority
    assignee: str | None
    opened_at: datetime
    changed_at: datetime
    respond_by: datetime
    responded_at: datetime | None
    resolve_by: datetime
    """Moves back by the working time spent waiting for the customer."""
    overdue: bool
    """Whether the bank is late with its first answer or with resolving it."""
    resolved_at: datetime | None
    remarks: str
    """What resolved it."""


class TicketDetails(TicketShape):
    """A ticket with what was written in it, oldest first."""

    messages: list[MessageShape]


class TicketPage(Shape):
    """Tickets in the order wanted."""

    items: list[TicketShape]
    next: str | None
    """Pass it as `after` for the next page; null on the last."""


class TicketQuery(Shape):
    """Which tickets to list; what is left out matches everything."""

    status: Literal["", "new", "open", "waiting", "resolved", "closed"] = ""
    subject: Literal["", "transaction", "account", "card", "loan", "other"] = ""
    priority: Literal["", "low", "normal", "high", "urgent"] = ""
    assignee: Word = ""
    """A person id, or `nobody`."""
    customer: Word = ""
    query: Annotated[str, Field(max_length=100)] = ""
    """Words of title or messages, or an id of what it is about."""
    open: bool = False
    """Only those that have not ended."""
    overdue: bool = False
    """Only those the bank is late with."""
    complaint: bool | None = None
    sort: Literal["newest", "due"] = "newest"
    after: Word = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
