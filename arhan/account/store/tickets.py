"""Tickets and their messages, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from arhan.account.domain.tickets import ENDED
from arhan.account.models import Ticket, TicketMessage

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

_DESK_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))"


def lock_customer(customer: str) -> None:
    """Let one ticket of this customer's at a time be opened, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_DESK_LOCK, [customer])


def count_open(customer: str) -> int:
    """How many of a customer's tickets have not ended."""
    return Ticket.objects.filter(customer=customer).exclude(status__in=ENDED).count()


def insert(ticket: Ticket) -> None:
    """Keep a new ticket."""
    ticket.save(force_insert=True)


def insert_message(message: TicketMessage) -> None:
    """Keep what somebody wrote."""
    message.save(force_insert=True)


def update(ticket: Ticket) -> None:
    """Keep a ticket's changes; hold its lock."""
    ticket.save(force_update=True)


def find(ticket_id: str) -> Ticket | None:
    """The ticket of this id."""
    return Ticket.objects.filter(id=ticket_id).first()


def lock(ticket_id: str) -> Ticket:
    """A ticket that exists, locked until the transaction ends."""
    return Ticket.objects.select_for_update(no_key=True).get(id=ticket_id)


def list_messages(ticket_id: str, *, internal: bool) -> list[TicketMessage]:
    """What was written, oldest first; with what staff wrote among themselves, or without."""
    found = TicketMessage.objects.filter(ticket_id=ticket_id).order_by("id")
    return list(found if internal else found.filter(internal=False))


def find_message(ticket_id: str, message_id: str) -> TicketMessage | None:
    """A message of a ticket."""
    return TicketMessage.objects.filter(ticket_id=ticket_id, id=message_id).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which tickets to list; empty members match everything."""

    customer: str = ""
    status: str = ""
    subject: str = ""
    priority: str = ""
    assignee: str = ""
    """A person id, or `nobody`."""
    query: str = ""
    """Words of title or messages, or an id of what it is about."""
    is_open: bool = False
    overdue_at: datetime | None = None
    complaint: bool | None = None
    is_staff: bool = False
    """Whether internal messages may be searched."""
    by_due: bool = False
    """What is due first comes first, instead of the newest."""
    after: str = ""
    """Id of the ticket to continue from."""
    limit: int = 50


def search(wanted: Search) -> list[Ticket]:
    """Tickets that match, in the order wanted."""
    found = Ticket.objects.all()
    for name in ("customer", "status", "subject", "priority"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.assignee:
        found = found.filter(assignee="" if wanted.assignee == "nobody" else wanted.assignee)
    if wanted.is_open or wanted.overdue_at:
        found = found.filter(status__in=("new", "open", "waiting"))
    if wanted.overdue_at:
        late = Q(respond_by__lt=wanted.overdue_at, responded_at__isnull=True)
        found = found.filter(late | Q(resolve_by__lt=wanted.overdue_at, waiting_since__isnull=True))
    if wanted.complaint is not None:
        found = found.filter(complaint=wanted.complaint)
    if wanted.query:
        found = found.filter(_matching(wanted.query, is_staff=wanted.is_staff))
    return list(_in_order(found, wanted)[: wanted.limit])


def _matching(query: str, *, is_staff: bool) -> Q:
    written = TicketMessage.objects.filter(body__icontains=query)
    if not is_staff:
        written = written.filter(internal=False)
    named = Q()
    for name in ("id", "customer", "account", "payment", "card", "loan"):
        named |= Q(**{name: query})
    return named | Q(title__icontains=query) | Q(id__in=written.values("ticket_id"))


def _in_order(found: QuerySet[Ticket], wanted: Search) -> QuerySet[Ticket]:
    if not wanted.by_due:
        return (found.filter(id__lt=wanted.after) if wanted.after else found).order_by("-id")
    last = find(wanted.after) if wanted.after else None
    if last is not None:
        due = last.resolve_by
        found = found.filter(Q(resolve_by__gt=due) | Q(resolve_by=due, id__gt=last.id))
    return found.order_by("resolve_by", "id")
