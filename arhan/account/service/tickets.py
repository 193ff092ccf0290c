"""Support tickets: opened by customers, answered and resolved by the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.account.domain import tickets as rules
from arhan.account.errors.tickets import (
    ASSIGNEE_UNFIT,
    LINK_NOT_YOURS,
    TICKET_NOT_IN_STATE,
    TOO_MANY_TICKETS,
)
from arhan.account.models import Ticket, TicketMessage
from arhan.account.service import accounts, documents, parties
from arhan.account.store import accounts as account_store
from arhan.account.store import cards as card_store
from arhan.account.store import loans as loan_store
from arhan.account.store import tickets as store
from arhan.contracts.account import NoticeKind, NoticeRaised, TicketChanged, TicketOpened
from arhan.kernel import clock, outbox
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import is_id, new_id

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.account.models import Document
    from arhan.account.store.tickets import Search
    from arhan.kernel.auth import Principal

MOST_OPEN = 20
ATTACHMENT = "attachment"
DESK_ROLES = ("support", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer opens a ticket with."""

    subject: rules.Subject
    complaint: bool
    title: str
    body: str
    account: str = ""
    payment: str = ""
    card: str = ""
    loan: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket with everything written in it that somebody may see."""

    ticket: Ticket
    messages: list[TicketMessage]
    documents: list[Document]


def open_ticket(*, principal: Principal, wish: Wish) -> Thread:
    """A customer asks or complains; Refused(link_not_yours | too_many_tickets)."""
    _refuse_links(principal, wish)
    with django_transaction() as cursor:
        store.lock_customer(principal.subject)
        if store.count_open(principal.subject) >= MOST_OPEN:
            raise Refused(TOO_MANY_TICKETS)
        now = clock.now()
        priority = rules.priority_of(wish.subject, complaint=wish.complaint)
        ticket = Ticket(
            id=new_id("tkt"),
            customer=principal.subject,
            subject=wish.subject,
            complaint=wish.complaint,
            title=wish.title,
            account=wish.account,
            payment=wish.payment,
            card=wish.card,
            loan=wish.loan,
            status="new",
            priority=priority,
            opened_at=now,
            changed_at=now,
            respond_by=rules.later(now, working_s=rules.RESPONSE_S[priority]),
            resolve_by=rules.later(now, working_s=rules.RESOLUTION_S[priority]),
        )
        store.insert(ticket)
        message = _write(ticket, principal, body=wish.body, internal=False, now=now)
        opened = TicketOpened(
            id=ticket.id, customer=ticket.customer, subject=ticket.subject, complaint=ticket.complaint
        )
        outbox.publish(cursor, [opened], event_at=now)
    return Thread(ticket, [message], [])


def _refuse_links(principal: Principal, wish: Wish) -> None:
    """What is kept here must be the customer's; payments are known by the form of their ids."""
    account = account_store.find(wish.account) if wish.account else None
    loan = loan_store.find(wish.loan) if wish.loan else None
    card = card_store.find(wish.card) if wish.card else None
    fits = (
        (not wish.account or parties.may(principal.subject, account, "view"))
        and (not wish.loan or (loan is not None and loan.customer == principal.subject))
        and (not wish.payment or is_id(wish.payment, "pay"))
        and (not wish.card or (card is not None and card.customer == principal.subject))
    )
    if not fits:
        raise Refused(LINK_NOT_YOURS)


def get_for(principal: Principal, ticket_id: str) -> Ticket:
    """A ticket that this person may see: their own, or any for staff; Refused(not_found)."""
    ticket = store.find(ticket_id)
    if ticket is None or not (principal.is_staff or ticket.customer == principal.subject):
        raise not_found(what="ticket")
    return ticket


def get_thread(principal: Principal, ticket_id: str) -> Thread:
    """A ticket and what was written in it; Refused(not_found)."""
    ticket = get_for(principal, ticket_id)
    messages = store.list_messages(ticket_id, internal=principal.is_staff)
    return Thread(ticket, messages, documents.list_of([message.id for message in messages]))


def search(wanted: Search) -> list[Ticket]:
    """Tickets that match, in the order wanted."""
    return store.search(wanted)


def write(*, principal: Principal, ticket_id: str, body: str, internal: bool) -> TicketMessage:
    """Answer in a ticket; the customer's answer opens what was resolved again.

    Refused(not_found | ticket_not_in_state).
    """
    get_for(principal, ticket_id)
    with django_transaction() as cursor:
        ticket = store.lock(ticket_id)
        now = clock.now()
        if internal:
            _refuse_closed(ticket)
        elif principal.is_staff:
            ticket.responded_at = ticket.responded_at or now
            _move(cursor, ticket, principal, verb="ask", now=now)
            _tell(cursor, ticket, "ticket_answered", now=now)
        else:
            _move(cursor, ticket, principal, verb="answer", now=now)
        return _write(ticket, principal, body=body, internal=internal, now=now)


def assign(*, principal: Principal, ticket_id: str, assignee: str) -> Ticket:
    """Give a ticket to somebody of the desk, or back to nobody; Refused(not_found | ticket_not_in_state)."""
    get_for(principal, ticket_id)
    with django_transaction() as cursor:
        ticket = store.lock(ticket_id)
        ticket.assignee = assignee
        _move(cursor, ticket, principal, verb="assign", now=clock.now())
        return ticket


def set_priority(*, principal: Principal, ticket_id: str, priority: rules.Priority) -> Ticket:
    """More or less urgent than it was: its clock counts from the beginning with the new term.

    Refused(not_found | ticket_not_in_state).
    """
    get_for(principal, ticket_id)
    with django_transaction() as cursor:
        ticket = store.lock(ticket_id)
        if ticket.status in rules.ENDED:
            raise Refused(TICKET_NOT_IN_STATE, f"The ticket is {ticket.status}.")
        now = clock.now()
        ticket.priority = priority
        ticket.respond_by = rules.later(ticket.opened_at, working_s=rules.RESPONSE_S[priority])
        _set_due(ticket)
        _keep(cursor, ticket, principal, now=now)
        return ticket


def resolve(*, principal: Principal, ticket_id: str, remarks: str) -> Ticket:
    """Say what resolved it; Refused(not_found | ticket_not_in_state)."""
    get_for(principal, ticket_id)
    with django_transaction() as cursor:
        ticket = store.lock(ticket_id)
        now = clock.now()
        ticket.responded_at = ticket.responded_at or now
        ticket.resolved_at, ticket.resolved_by, ticket.remarks = now, principal.subject, remarks
        _move(cursor, ticket, principal, verb="resolve", now=now)
        _tell(cursor, ticket, "ticket_resolved", now=now)
        return ticket


def close(*, principal: Principal, ticket_id: str) -> Ticket:
    """Nothing more is to be done: the customer says so at any time, the desk once it is resolved.

    Refused(not_found | ticket_not_in_state).
    """
    get_for(principal, ticket_id)
    with django_transaction() as cursor:
        ticket = store.lock(ticket_id)
        if principal.is_staff and ticket.status != "resolved":
            raise Refused(TICKET_NOT_IN_STATE, f"The ticket is {ticket.status}: resolve it first.")
        _move(cursor, ticket, principal, verb="close", now=clock.now())
        return ticket


def attach(
    *, principal: Principal, ticket_id: str, message_id: str, media_type: str, content: bytes
) -> Document:
    """Put a document to a message of one's own; Refused(not_found | ticket_not_in_state | too_many_documents)."""
    get_for(principal, ticket_id)
    with django_transaction():
        _refuse_closed(store.lock(ticket_id))
        message = store.find_message(ticket_id, message_id)
        if message is None or message.author != principal.subject:
            raise not_found(what="message")
        return documents.add(
            principal=principal, about=message_id, kind=ATTACHMENT, media_type=media_type, content=content
        )


def open_attachment(*, principal: Principal, ticket_id: str, document_id: str) -> tuple[Document, bytes]:
    """A document of a ticket, and its content; Refused(not_found)."""
    thread = get_thread(principal, ticket_id)
    about = [message.id for message in thread.messages]
    return documents.open_one(principal=principal, document_id=document_id, about=about)


def is_overdue(ticket: Ticket, *, now: datetime) -> bool:
    """Whether the bank is late with its first answer, or with resolving it."""
    if ticket.status in rules.ENDED:
        return False
    unanswered = ticket.responded_at is None and ticket.respond_by < now
    return unanswered or (ticket.waiting_since is None and ticket.resolve_by < now)


def refuse_assignee(person: str) -> None:
    """Refused(assignee_unfit) unless it is one of the desk; asks identity, so not inside a transaction."""
    found = accounts.look_up_person(person)
    if found is None or not found["enabled"] or found["role"] not in DESK_ROLES:
        raise Refused(ASSIGNEE_UNFIT)


def _move(cursor: object, ticket: Ticket, by: Principal, *, verb: rules.Verb, now: datetime) -> None:
    """Change the status as the table says, and stop or go on with the clock."""
    before, ticket.status = ticket.status, rules.next_status(ticket.status, verb=verb)
    if ticket.waiting_since is not None and ticket.status != "waiting":
        ticket.waited_s += rules.working_s(ticket.waiting_since, now)
        ticket.waiting_since = None
        _set_due(ticket)
    elif ticket.status == "waiting" and ticket.waiting_since is None:
        ticket.waiting_since = now
    if before == "resolved" and ticket.status not in rules.ENDED:
        if ticket.resolved_at is not None:
            ticket.waited_s += rules.working_s(ticket.resolved_at, now)
            _set_due(ticket)
        ticket.resolved_at, ticket.resolved_by = None, ""
    _keep(cursor, ticket, by, now=now)


def _set_due(ticket: Ticket) -> None:
    """What was spent waiting for the customer, or resolved as it seemed, is added to the bank's time."""
    allowed = rules.RESOLUTION_S[ticket.priority] + ticket.waited_s
    ticket.resolve_by = rules.later(ticket.opened_at, working_s=allowed)


def _keep(cursor: object, ticket: Ticket, by: Principal, *, now: datetime) -> None:
    ticket.changed_at = now
    store.update(ticket)
    changed = TicketChanged(
        id=ticket.id,
        customer=ticket.customer,
        status=ticket.status,
        priority=ticket.priority,
        assignee=ticket.assignee,
        changed_by=by.subject,
    )
    outbox.publish(cursor, [changed], event_at=now)


def _tell(cursor: object, ticket: Ticket, kind: NoticeKind, *, now: datetime) -> None:
    told = NoticeRaised(id=ticket.id, customer=ticket.customer, kind=kind, name=ticket.subject)
    outbox.publish(cursor, [told], event_at=now)


def _write(ticket: Ticket, author: Principal, *, body: str, internal: bool, now: datetime) -> TicketMessage:
    message = TicketMessage(
        id=new_id("tmsg"),
        ticket=ticket,
        author=author.subject,
        by_staff=author.is_staff,
        internal=internal,
        body=body,
        written_at=now,
    )
    store.insert_message(message)
    return message


def _refuse_closed(ticket: Ticket) -> None:
    if ticket.status == "closed":
        raise Refused(TICKET_NOT_IN_STATE, "The ticket is closed.")
