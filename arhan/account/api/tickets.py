"""Support tickets: customers ask, the desk answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.account.errors import tickets as errors
from arhan.account.models import Document, Ticket, TicketMessage
from arhan.account.schemas.tickets import (
    Assignment,
    AttachmentShape,
    MessageShape,
    NewMessage,
    NewPriority,
    NewTicket,
    Resolution,
    TicketDetails,
    TicketPage,
    TicketQuery,
    TicketShape,
)
from arhan.account.service import tickets
from arhan.account.service.tickets import Thread
from arhan.account.store.tickets import Search
from arhan.kernel import clock, documents
from arhan.kernel.auth import CUSTOMER, ROLES, permit
from arhan.kernel.office import Routes, once, principal_of

routes = Routes(service="account", tag="support tickets")

READERS = permit(*ROLES)
DESK = permit("support", "admin")
PARTIES = permit(CUSTOMER, "support", "admin")
OPEN_TICKET = (errors.TICKET_NOT_IN_STATE,)


@routes.post(
    "/v1/tickets",
    permit=permit(CUSTOMER),
    answer=TicketDetails,
    status=201,
    idempotent=True,
    refusals=(errors.LINK_NOT_YOURS, errors.TOO_MANY_TICKETS),
)
def open_ticket(request: HttpRequest, body: NewTicket) -> HttpResponse:
    """Ask or complain about something."""
    principal = principal_of(request)
    wish = tickets.Wish(
        subject=body.subject,
        complaint=body.complaint,
        title=body.title,
        body=body.body,
        account=body.account or "",
        payment=body.payment or "",
        card=body.card or "",
        loan=body.loan or "",
    )
    return once(request, body=body, do=lambda: _details(tickets.open_ticket(principal=principal, wish=wish)))


@routes.get("/v1/tickets", permit=READERS, answer=TicketPage)
def list_tickets(request: HttpRequest, wanted: Query[TicketQuery]) -> TicketPage:
    """My tickets; for staff everybody's: the newest first, or what is due first."""
    principal = principal_of(request)
    found = tickets.search(
        Search(
            customer=wanted.customer if principal.is_staff else principal.subject,
            status=wanted.status,
            subject=wanted.subject,
            priority=wanted.priority,
            assignee=wanted.assignee,
            query=wanted.query.strip(),
            is_open=wanted.open,
            overdue_at=clock.now() if wanted.overdue else None,
            complaint=wanted.complaint,
            is_staff=principal.is_staff,
            by_due=wanted.sort == "due",
            after=wanted.after,
            limit=wanted.limit + 1,
        )
    )
    items = [TicketShape(**_members(ticket)) for ticket in found[: wanted.limit]]
    return TicketPage(items=items, next=items[-1].id if len(found) > wanted.limit else None)


@routes.get("/v1/tickets/{ticket_id}", permit=READERS, answer=TicketDetails)
def get_ticket(request: HttpRequest, ticket_id: str) -> TicketDetails:
    """A ticket and what was written in it."""
    return _details(tickets.get_thread(principal_of(request), ticket_id))


@routes.post(
    "/v1/tickets/{ticket_id}/messages",
    permit=PARTIES,
    answer=MessageShape,
    status=201,
    idempotent=True,
    refusals=OPEN_TICKET,
)
def write_message(request: HttpRequest, ticket_id: str, body: NewMessage) -> HttpResponse:
    """Answer; a customer's answer opens a resolved ticket again."""
    principal = principal_of(request)

    def do() -> MessageShape:
        written = tickets.write(
            principal=principal,
            ticket_id=ticket_id,
            body=body.body,
            internal=body.internal and principal.is_staff,
        )
        return _message(written, [])

    return once(request, body=body, do=do)


@routes.post(
    "/v1/tickets/{ticket_id}/messages/{message_id}/attachments",
    permit=PARTIES,
    answer=AttachmentShape,
    status=201,
    refusals=(*OPEN_TICKET, *documents.REFUSALS),
    request_body=documents.BODY,
)
def attach_document(request: HttpRequest, ticket_id: str, message_id: str) -> tuple[int, AttachmentShape]:
    """Put a document to a message of mine: the body is the file, its Content-Type a JPEG, PNG or PDF."""
    media_type, content = documents.read(request)
    found = tickets.attach(
        principal=principal_of(request),
        ticket_id=ticket_id,
        message_id=message_id,
        media_type=media_type,
        content=content,
    )
    return 201, AttachmentShape.from_orm(found)


@routes.get("/v1/tickets/{ticket_id}/attachments/{document_id}", permit=READERS, answer=None)
def open_attachment(request: HttpRequest, ticket_id: str, document_id: str) -> HttpResponse:
    """A document's content; that it was opened is written down."""
    document, content = tickets.open_attachment(
        principal=principal_of(request), ticket_id=ticket_id, document_id=document_id
    )
    return documents.show(content, media_type=document.media_type, name=document.id)


@routes.post(
    "/v1/tickets/{ticket_id}/assign",
    permit=DESK,
    answer=TicketShape,
    refusals=(*OPEN_TICKET, errors.ASSIGNEE_UNFIT),
)
def assign_ticket(request: HttpRequest, ticket_id: str, body: Assignment) -> TicketShape:
    """Give a ticket to somebody of the desk, or back to nobody."""
    principal = principal_of(request)
    assignee = body.assignee or ""
    if assignee not in {"", principal.subject}:
        tickets.refuse_assignee(assignee)
    found = tickets.assign(principal=principal, ticket_id=ticket_id, assignee=assignee)
    return TicketShape(**_members(found))


@routes.post("/v1/tickets/{ticket_id}/priority", permit=DESK, answer=TicketShape, refusals=OPEN_TICKET)
def set_priority(request: HttpRequest, ticket_id: str, body: NewPriority) -> TicketShape:
    """Say how urgent a ticket is; its clock counts anew from its beginning."""
    principal = principal_of(request)
    found = tickets.set_priority(principal=principal, ticket_id=ticket_id, priority=body.priority)
    return TicketShape(**_members(found))


@routes.post("/v1/tickets/{ticket_id}/resolve", permit=DESK, answer=TicketShape, refusals=OPEN_TICKET)
def resolve_ticket(request: HttpRequest, ticket_id: str, body: Resolution) -> TicketShape:
    """Say what resolved it."""
    principal = principal_of(request)
    found = tickets.resolve(principal=principal, ticket_id=ticket_id, remarks=body.remarks)
    return TicketShape(**_members(found))


@routes.post("/v1/tickets/{ticket_id}/close", permit=PARTIES, answer=TicketShape, refusals=OPEN_TICKET)
def close_ticket(request: HttpRequest, ticket_id: str) -> TicketShape:
    """Nothing more is to be done; the desk says so only of what is resolved."""
    return TicketShape(**_members(tickets.close(principal=principal_of(request), ticket_id=ticket_id)))


def _details(thread: Thread) -> TicketDetails:
    by_message: dict[str, list[Document]] = {}
    for document in thread.documents:
        by_message.setdefault(document.about, []).append(document)
    messages = [_message(message, by_message.get(message.id, [])) for message in thread.messages]
    return TicketDetails(**_members(thread.ticket), messages=messages)


def _members(ticket: Ticket) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": ticket.id,
        "customer": ticket.customer,
        "subject": ticket.subject,
        "complaint": ticket.complaint,
        "title": ticket.title,
        "account": ticket.account or None,
        "payment": ticket.payment or None,
        "card": ticket.card or None,
        "loan": ticket.loan or None,
        "status": ticket.status,
        "priority": ticket.priority,
        "assignee": ticket.assignee or None,
        "opened_at": ticket.opened_at,
        "changed_at": ticket.changed_at,
        "respond_by": ticket.respond_by,
        "responded_at": ticket.responded_at,
        "resolve_by": ticket.resolve_by,
        "overdue": tickets.is_overdue(ticket, now=now),
        "resolved_at": ticket.resolved_at,
        "remarks": ticket.remarks,
    }


def _message(message: TicketMessage, attached: list[Document]) -> MessageShape:
    return MessageShape(
        id=message.id,
        author=message.author,
        by_staff=message.by_staff,
        internal=message.internal,
        body=message.body,
        written_at=message.written_at,
        attachments=[AttachmentShape.from_orm(document) for document in attached],
    )
