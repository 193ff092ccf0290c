"""The rule book: read it, draft the next version of a rule, bring it into force with a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.fraud.domain.rules import RuleVersion, check_amounts, check_promotion
from arhan.fraud.store import rules as store
from arhan.kernel.clock import now
from arhan.kernel.errors import not_found
from arhan.kernel.idempotency import Answered, answer_once
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from typing import Any

    from psycopg import Cursor

    from arhan.fraud.domain.rules import RuleState
    from arhan.fraud.schemas import NewRule
    from arhan.fraud.store.connections import Office
    from arhan.kernel.idempotency import Intention

NOUN = "version of a rule"


def list_rules(office: Office, *, state: str, after: str, limit: int) -> list[RuleVersion]:
    """Versions of rules, newest first."""
    with office.begin() as cursor:
        return store.list_versions(cursor, state=state, after=after, limit=limit)


def get_rule(office: Office, id_: str) -> RuleVersion:
    """One version; Refused(not_found)."""
    with office.begin() as cursor:
        return _version(cursor, id_)


def draft_rule(office: Office, new: NewRule, *, person: str, intention: Intention) -> Answered:
    """Write the next version of a rule, which has no effect yet; Refused(thresholds_incomplete)."""
    check_amounts(new.check)
    with office.begin() as cursor:
        return answer_once(cursor, intention, lambda: (201, _draft(cursor, new, person)))


def promote_rule(office: Office, id_: str, *, to: RuleState, person: str) -> RuleVersion:
    """Bring a version into shadow or into force; what it replaces is retired in the same moment.

    It holds for every screening that begins after this returns. Refused(rule_state_conflict,
    second_person_needed). A repeat by the same person changes nothing.
    """
    with office.begin() as cursor:
        store.lock_rule_book(cursor)
        version = _version(cursor, id_)
        if version.state == to and version.promoted_by == person:
            return version
        check_promotion(version, to, person=person)
        at = now()
        store.retire(cursor, rule=version.rule, state=to, person=person, at=at)
        store.promote(cursor, id_, to=to, person=person, at=at)
        return _version(cursor, id_)


def _draft(cursor: Cursor[Any], new: NewRule, person: str) -> RuleVersion:
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
        created_by=person,
        created_at=now(),
        promoted_by="",
        promoted_at=None,
    )
    store.insert_draft(cursor, draft)
    return draft


def _version(cursor: Cursor[Any], id_: str) -> RuleVersion:
    version = store.get_version(cursor, id_)
    if version is None:
        raise not_found(NOUN)
    return version
