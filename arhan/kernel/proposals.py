"""Four eyes: an action that one person proposes and another approves, executed once.

The proposal keeps the full body, so what is approved is what was proposed. Who proposes and who
decides comes from their tokens; the database refuses that they be the same person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import audit, clock
from arhan.kernel.errors import NOT_PERMITTED, Refusal, Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from arhan.kernel.auth import Permit, Principal

WAITING = "waiting"
APPROVED = "approved"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"
LIFE = timedelta(days=7)
"""A proposal nobody decided on lapses: the world has moved on."""

SECOND_PERSON_NEEDED = Refusal("second_person_needed", 403, "Somebody else has to decide on this.")
ALREADY_DECIDED = Refusal("already_decided", 409, "This proposal has been decided on.")
PROPOSAL_LAPSED = Refusal("proposal_lapsed", 409, "Nobody decided on this proposal in time.")

_COLUMNS = (
    "id, action, body, subject, reason, proposed_by, proposed_at, lapses_at, status,"
    " decided_by, decided_at, decision_reason, executed_at, result"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants done, and what became of it."""

    id: str
    action: str
    body: dict[str, Any]
    subject: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    lapses_at: datetime
    status: str
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    executed_at: datetime | None
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProposal(Proposal):
    """A proposal as staff see it: what its kind is called, and for how long it has waited."""

    title: str
    age_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FourEyes:
    """One kind of action that takes two people."""

    action: str
    """Dotted, as in the audit trail: `person.role.changed`."""
    title: str
    """A sentence for the queue."""
    approvers: Permit
    execute: Callable[[Proposal], Mapping[str, Any]]
    """Does it and says what came of it."""
    remote: bool = False
    """Whether `execute` calls another service: it then runs after the approval is committed, again
    if it was interrupted, and must do nothing the second time for the same proposal id."""


def propose(
    cursor: Any, *, action: str, body: Mapping[str, Any], subject: str, reason: str, principal: Principal
) -> Proposal:
    """Put an action before a second person, in the caller's transaction."""
    now = clock.now()
    proposal_id = new_id("prp")
    cursor.execute(
        "INSERT INTO proposal (id, action, body, subject, reason, proposed_by, proposed_at, lapses_at,"
        " status, decided_by, decision_reason) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')",
        (
            proposal_id,
            action,
            msgspec.json.encode(body).decode(),
            subject,
            reason,
            principal.subject,
            now,
            now + LIFE,
            WAITING,
        ),
    )
    return get(cursor, proposal_id)


def get(cursor: Any, proposal_id: str, *, lock: bool = False) -> Proposal:
    """The proposal of this id; Refused(not_found)."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM proposal WHERE id = %s" + (" FOR UPDATE" if lock else ""),  # noqa: S608 - our own words
        (proposal_id,),
    )
    row = cursor.fetchone()
    if row is None:
        raise not_found(what="proposal")
    return _proposal(row)


def list_proposals(
    cursor: Any, *, actions: Collection[str], status: str, before: str, limit: int
) -> list[Proposal]:
    """Those of these kinds and this status, newest first; `before` is the last id of the page before."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM proposal WHERE action = ANY(%s) AND (%s = '' OR status = %s)"  # noqa: S608 - our own words
        " AND (%s = '' OR id < %s) ORDER BY id DESC LIMIT %s",
        (list(actions), status, status, before, before, limit),
    )
    return [_proposal(row) for row in cursor.fetchall()]


def decide(
    cursor: Any, proposal_id: str, *, kind: FourEyes, approve: bool, reason: str, principal: Principal
) -> Proposal:
    """A second person says yes or no; a local action is executed with the yes, in one transaction.

    Refused(not_found | second_person_needed | already_decided | proposal_lapsed | not_permitted),
    or with whatever refuses the action itself: then nothing is decided. A remote action approved
    but not executed yet may be approved again, to have it finished.
    """
    proposal = get(cursor, proposal_id, lock=True)
    if not kind.approvers.allows(principal):
        raise Refused(NOT_PERMITTED, "Your role does not decide on this.")
    if approve and proposal.status == APPROVED and proposal.executed_at is None:
        return proposal
    _refuse_unless_decidable(proposal, principal)
    _set_decision(cursor, proposal_id, APPROVED if approve else REJECTED, reason, principal)
    if approve and not kind.remote:
        finish(cursor, proposal_id, kind.execute(proposal))
    _note(cursor, proposal, "approved" if approve else "rejected", principal)
    return get(cursor, proposal_id)


def withdraw(cursor: Any, proposal_id: str, *, principal: Principal) -> Proposal:
    """Whoever proposed it takes it back; Refused(not_found | already_decided)."""
    proposal = get(cursor, proposal_id, lock=True)
    if proposal.proposed_by != principal.subject:
        raise not_found(what="proposal")
    if proposal.status != WAITING:
        raise Refused(ALREADY_DECIDED)
    cursor.execute("UPDATE proposal SET status = %s WHERE id = %s", (WITHDRAWN, proposal_id))
    _note(cursor, proposal, "withdrawn", principal)
    return get(cursor, proposal_id)


def seen(proposal: Proposal, *, title: str) -> SeenProposal:
    """The proposal under this title, as old as it is now."""
    age = clock.now() - proposal.proposed_at
    return SeenProposal(**asdict(proposal), title=title, age_s=int(age.total_seconds()))


def finish(cursor: Any, proposal_id: str, result: Mapping[str, Any]) -> None:
    """The action was executed with this result."""
    cursor.execute(
        "UPDATE proposal SET executed_at = %s, result = %s WHERE id = %s AND executed_at IS NULL",
        (clock.now(), msgspec.json.encode(result).decode(), proposal_id),
    )


def count_waiting(cursor: Any, actions: Collection[str]) -> int:
    """How many of these kinds wait for a second person."""
    cursor.execute(
        "SELECT count(*) FROM proposal WHERE action = ANY(%s) AND status = %s AND lapses_at > now()",
        (list(actions), WAITING),
    )
    return int(cursor.fetchone()[0])


def _refuse_unless_decidable(proposal: Proposal, principal: Principal) -> None:
    if proposal.proposed_by == principal.subject:
        raise Refused(SECOND_PERSON_NEEDED)
    if proposal.status != WAITING:
        raise Refused(ALREADY_DECIDED)
    if proposal.lapses_at <= clock.now():
        raise Refused(PROPOSAL_LAPSED)


def _set_decision(cursor: Any, proposal_id: str, status: str, reason: str, principal: Principal) -> None:
    cursor.execute(
        "UPDATE proposal SET status = %s, decided_by = %s, decided_at = %s, decision_reason = %s"
        " WHERE id = %s",
        (status, principal.subject, clock.now(), reason, proposal_id),
    )


def _note(cursor: Any, proposal: Proposal, outcome: str, principal: Principal) -> None:
    audit.record(
        cursor,
        audit.Deed(
            action=f"proposal.{outcome}",
            actor=principal.subject,
            role=principal.role,
            subject=proposal.id,
            details={"action": proposal.action, "of": proposal.subject, "by": proposal.proposed_by},
        ),
    )


def _proposal(row: tuple[Any, ...]) -> Proposal:
    found = list(row)
    found[2] = msgspec.json.decode(found[2])
    found[-1] = msgspec.json.decode(found[-1]) if found[-1] else None
    return Proposal(*found)
