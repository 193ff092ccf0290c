"""Every way the support desk says no."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

TICKET_NOT_IN_STATE = Refusal("ticket_not_in_state", 409, "That cannot be done with this ticket now.")
TOO_MANY_TICKETS = Refusal("too_many_tickets", 422, "You have twenty open tickets; that is the most.")
LINK_NOT_YOURS = Refusal("link_not_yours", 422, "What the ticket refers to is not there, or not yours.")
ASSIGNEE_UNFIT = Refusal("assignee_unfit", 422, "Tickets are assigned to people of the support desk.")
