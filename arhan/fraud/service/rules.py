"""The rule book: read it, draft the next version of a rule, bring it into force with a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.fraud.domain.rules import RuleState, RuleVersion, check_amounts, check_promotion
from arhan.fraud.store import rules as store
from arhan.kernel import proposals
from arhan.kernel.auth import Principal, permit
from arhan.kernel.clock import now
from arhan.kernel.errors import not_found
from arhan.kernel.idempotency import Answered, answer_once
from arhan.kernel.ids import new_id
from arhan.kernel.proposals import FourEyes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from psycopg import Cursor

    from arhan.fraud.schemas import NewRule
    from arhan.fraud.store.connections import Office
    from arhan.kernel.idempotency import Intention
    from arhan.kernel.proposals import Proposal

NOUN = "version of a rule"
PROMOTION = "rule.promoted"
MOST_WAITING = 200
NEXT_STEP: dict[str, RuleState] = {"shadow": "active"}
"""What is proposed as soon as a version has come this far."""


def list_rules(office: Office, *, state: str, after: str, limit: int) -> list[RuleVersion]:
    """Versions of rules, newest first."""
    with office.begin() as cursor:
        return store.list_versions(cursor, state=state, after=after, limit=limit)


def get_rule(office: Office, id_: str) -> RuleVersion:
    """One version; Refused(not_found)."""
    with office.begin() as cursor:
        return _version(cursor, id_)


def draft_rule(office: Office, new: NewRule, *, person: Principal, intention: Intention) -> Answered:
    """Write the next version of a rule, which has no effect yet; Refused(thresholds_incomplete).

    With it goes the proposal to bring it into shadow: the writer is the first of two people.
    """
    check_amounts(new.check)
    with office.begin() as cursor:
        return answer_once(cursor, intention, lambda: (201, _draft(cursor, new, person)))


def promote_rule(office: Office, id_: str, *, to: RuleState, person: Principal) -> RuleVersion:
    """Approve, as the second person, that a version comes into shadow or into force.

    It holds for every screening that begins after this returns. Refused(rule_state_conflict,
    second_person_needed). A repeat by the same person changes nothing.
    """
    with office.begin() as cursor:
        store.lock_rule_book(cursor)
        version = _version(cursor, id_)
        if version.state == to and version.promoted_by == person.subject:
            return version
        check_promotion(version, to, person=person.subject)
        proposal = _waiting(cursor, version) or _propose(cursor, version, to)
        proposals.decide(
            cursor,
            proposal.id,
            kind=promotion(cursor, by=person.subject),
            approve=True,
            reason="",
            principal=person,
        )
        return _version(cursor, id_)


def promotion(cursor: Cursor[Any], *, by: str) -> FourEyes:
    """Bringing a version of a rule one step further, in the transaction of the approval."""

    def execute(proposal: Proposal) -> Mapping[str, Any]:
        store.lock_rule_book(cursor)
        version, to = _version(cursor, proposal.subject), proposal.body["to"]
        check_promotion(version, to, person=by)
        at = now()
        store.retire(cursor, rule=version.rule, state=to, person=by, at=at)
        store.promote(cursor, version.id, to=to, person=by, at=at)
        if next_step := NEXT_STEP.get(to):
            _propose(cursor, version, next_step)
        return {"rule": version.rule, "version": version.version, "state": to}

    return FourEyes(
        action=PROMOTION, title="Bring a rule into force", approvers=permit("risk"), execute=execute
    )


def _waiting(cursor: Cursor[Any], version: RuleVersion) -> Proposal | None:
    """The proposal for this version that has not lapsed."""
    found = proposals.list_proposals(
        cursor, actions=[PROMOTION], status=proposals.WAITING, before="", limit=MOST_WAITING
    )
    return next((p for p in found if p.subject == version.id and p.lapses_at > now()), None)


def _propose(cursor: Cursor[Any], version: RuleVersion, to: RuleState) -> Proposal:
    """In the name of who wrote the version."""
    return proposals.propose(
        cursor,
        action=PROMOTION,
        body={"rule": version.rule, "version": version.version, "to": to},
        subject=version.id,
        reason=version.explanation,
        principal=Principal(subject=version.created_by, role="risk"),
    )


def _draft(cursor: Cursor[Any], new: NewRule, person: Principal) -> RuleVersion:
    store.lock_rule_book(cursor)
    draft = RuleVersion(
        id=new_id("rule"),
        rule=new.rule,
        version=store.next_version(cursor, new.rule),
        state="draft",
        outcome=new.outcome,
        check=new.check,
        message=new.message,
        explanation=new.explanation,
        created_by=person.subject,
        created_at=now(),
        promoted_by="",
        promoted_at=None,
    )
    store.insert_draft(cursor, draft)
    _propose(cursor, draft, "shadow")
    return draft


def _version(cursor: Cursor[Any], id_: str) -> RuleVersion:
    version = store.get_version(cursor, id_)
    if version is None:
        raise not_found(NOUN)
    return version
