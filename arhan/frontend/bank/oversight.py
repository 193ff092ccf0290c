"""Questions every office answers to those who oversee the bank: audit trail, and what takes two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from arhan.frontend.bank.question import Question, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.oversight import AuditEntry, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

AUDIT_PAGE = 50
OFFICES_WITH_PROPOSALS = ("identity", "account", "payment", "fraud")
OFFICES_WITH_A_TRAIL = ("identity", "account", "payment", "ledger", "fraud")


def proposals(service: str, *, status: str = "waiting") -> Question[Listed[Proposal]]:
    """What waits for a second person in this service, or was decided."""
    return Question(get(service, "/v1/proposals", status=status), Listed[Proposal])


def proposal(service: str, proposal_id: str) -> Question[Proposal]:
    """One proposal with its full body."""
    return Question(get(service, f"/v1/proposals/{proposal_id}"), Proposal)


def decide(
    service: str, proposal_id: str, verb: Literal["approve", "reject", "withdraw"], *, reason: str
) -> Question[Proposal]:
    """Say yes or no as the second person, or take back what one proposed."""
    body = None if verb == "withdraw" else {"reason": reason}
    return Question(post(service, f"/v1/proposals/{proposal_id}/{verb}", body), Proposal)


def audit(
    service: str, *, after: str, filters: Mapping[str, str], limit: int = AUDIT_PAGE
) -> Question[Listed[AuditEntry]]:
    """Entries of a service's audit trail, newest first."""
    call = get(service, "/v1/audit-entries", limit=limit, after=after, **filters)
    return Question(call, Listed[AuditEntry])
