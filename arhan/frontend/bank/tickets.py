"""Questions to account about support tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.tickets import Attachment, Message, Thread, Ticket
from arhan.kernel.http import Call, File

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "account"


def listed(*, after: str = "", limit: int = 25, **filters: str) -> Question[Listed[Ticket]]:
    """The person's tickets; for staff everybody's."""
    return Question(get(SERVICE, "/v1/tickets", limit=limit, after=after, **filters), Listed[Ticket])


def one(ticket_id: str) -> Question[Thread]:
    """A ticket and what was written in it."""
    return Question(get(SERVICE, f"/v1/tickets/{ticket_id}"), Thread)


def open_one(wanted: Mapping[str, Any], *, key: str) -> Question[Thread]:
    """Ask or complain about something."""
    return Question(post(SERVICE, "/v1/tickets", wanted, key=key), Thread)


def write(ticket_id: str, *, body: str, internal: bool, key: str) -> Question[Message]:
    """Answer; `internal` is between members of staff."""
    said = {"body": body, "internal": internal}
    return Question(post(SERVICE, f"/v1/tickets/{ticket_id}/messages", said, key=key), Message)


def attach(ticket_id: str, message_id: str, file: File) -> Question[Attachment]:
    """Put a document to a message of one's own."""
    call = Call(
        callee=SERVICE,
        path=f"/v1/tickets/{ticket_id}/messages/{message_id}/attachments",
        method="POST",
        file=file,
        deadline_s=HASHING_DEADLINE_S,
    )
    return Question(call, Attachment)


def attachment(ticket_id: str, document_id: str) -> Call:
    """A document's content; account writes down who opened it."""
    return get(SERVICE, f"/v1/tickets/{ticket_id}/attachments/{document_id}")


def act(ticket_id: str, verb: str, body: Mapping[str, Any] | None = None) -> Question[Any]:
    """Assign, set the priority, resolve or close."""
    return Question(post(SERVICE, f"/v1/tickets/{ticket_id}/{verb}", body), Any)
