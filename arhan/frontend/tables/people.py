"""People, their tickets and their cards, and who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.frontend.labels import (
    AUDIT_OUTCOMES,
    CARD_KINDS,
    CARD_STATES,
    ROLES,
    TICKET_PRIORITIES,
    TICKET_STATES,
    TICKET_SUBJECTS,
)
from arhan.frontend.tables.table import Column, Table, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.cards import Card
    from arhan.frontend.schemas.oversight import AuditEntry
    from arhan.frontend.schemas.people import PersonSeen
    from arhan.frontend.schemas.tickets import Ticket

REFERENCE = Column("reference", _("Reference"), 16)
PEOPLE = (
    Column("name", _("Name"), 14),
    Column("username", _("Username")),
    Column("email", _("E-mail"), 16),
    Column("phone", _("Phone")),
    Column("role", _("Role"), 8),
    Column("tier", _("Tier"), 4, right=True),
    Column("enabled", _("May sign in"), 6),
    Column("created_at", _("Since"), 9),
    REFERENCE,
)
TICKETS = (
    Column("title", _("Ticket"), 20),
    Column("subject", _("About"), 8),
    Column("complaint", _("Complaint"), 6),
    Column("priority", _("Priority"), 7),
    Column("status", _("State"), 8),
    Column("opened_at", _("Opened"), 9),
    Column("resolve_by", _("Resolve by"), 9),
    Column("overdue", _("Late"), 4),
    Column("customer", _("Customer"), 16),
    Column("assignee", _("Assigned to"), 16),
    REFERENCE,
)
CARDS = (
    Column("last4", _("Last four digits"), 6),
    Column("name", _("Name"), 14),
    Column("type", _("Kind")),
    Column("expiry", _("Good until"), 6),
    Column("status", _("State")),
    Column("currency", _("Currency"), 5),
    Column("account", _("Account"), 16),
    REFERENCE,
)
AUDIT = (
    Column("at", _("When"), 9),
    Column("service", _("Service"), 7),
    Column("actor", _("Who"), 15),
    Column("role", _("Role"), 7),
    Column("action", _("Action"), 14),
    Column("subject", _("About"), 16),
    Column("outcome", _("Outcome"), 7),
    Column("code", _("Code")),
    Column("address", _("Address"), 8),
    Column("request_id", _("Request"), 14),
    Column("position", _("No."), 5, right=True),
)


def people(found: Iterable[PersonSeen]) -> Table:
    """Customers and staff."""
    rows = (
        (
            person.name,
            person.username,
            person.email,
            person.phone,
            Word.of(ROLES, person.role),
            person.tier,
            _yes_or_no(answer=person.enabled),
            person.created_at,
            person.id,
        )
        for person in found
    )
    return Table("people", _("Customers and staff"), PEOPLE, rows)


def tickets(found: Iterable[Ticket]) -> Table:
    """What customers ask."""
    rows = (
        (
            ticket.title,
            Word.of(TICKET_SUBJECTS, ticket.subject),
            _yes_or_no(answer=ticket.complaint),
            Word.of(TICKET_PRIORITIES, ticket.priority),
            Word.state(TICKET_STATES, ticket.status),
            ticket.opened_at,
            ticket.resolve_by,
            _yes_or_no(answer=ticket.overdue),
            ticket.customer,
            ticket.assignee,
            ticket.id,
        )
        for ticket in found
    )
    return Table("tickets", _("Tickets"), TICKETS, rows)


def cards(found: Iterable[Card]) -> Table:
    """Cards: everything but their numbers."""
    rows = (
        (
            card.last4,
            card.name,
            Word.of(CARD_KINDS, card.type),
            card.expiry,
            Word.state(CARD_STATES, card.status),
            card.currency,
            card.account,
            card.id,
        )
        for card in found
    )
    return Table("cards", _("Cards"), CARDS, rows)


def audit(found: Iterable[tuple[str, AuditEntry]]) -> Table:
    """Entries of audit trails, each with the service it is of."""
    rows = (
        (
            entry.at,
            service,
            entry.actor,
            entry.role,
            entry.action,
            entry.subject,
            Word.of(AUDIT_OUTCOMES, entry.outcome),
            entry.code,
            entry.address,
            entry.request_id,
            entry.position,
        )
        for service, entry in found
    )
    return Table("audit", _("Audit trail"), AUDIT, rows)


def _yes_or_no(*, answer: bool) -> Word:
    return Word("yes", str(_("Yes"))) if answer else Word("no", str(_("No")))
