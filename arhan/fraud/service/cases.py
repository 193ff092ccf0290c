"""Cases: payments held until a person has looked at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.fraud import CaseResolved
from arhan.fraud.domain.cases import (
    DECLINED_BY_PERSON,
    OUTCOME_OF,
    RELEASE_VALID_FOR,
    is_repeat,
    next_status,
)
from arhan.fraud.store import cases as store
from arhan.fraud.store import stops
from arhan.kernel import outbox
from arhan.kernel.clock import now
from arhan.kernel.errors import not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from psycopg import Cursor

    from arhan.fraud.domain.cases import Case, CaseFile, StoppedPayment, Verdict
    from arhan.fraud.store.connections import Office

NOUN = "case"


def list_cases(office: Office, *, status: str, customer: str, after: str, limit: int) -> list[Case]:
    """Cases, newest first; of one customer, or of all."""
    with office.begin() as cursor:
        return store.list_cases(cursor, status=status, customer=customer, after=after, limit=limit)


def list_stopped(
    office: Office, *, customer: str, outcome: str, after: str, limit: int
) -> list[StoppedPayment]:
    """Decisions that did not let a payment go, newest first; of one payer, or of all."""
    with office.begin() as cursor:
        return stops.list_stopped(cursor, customer=customer, outcome=outcome, after=after, limit=limit)


def get_case(office: Office, id_: str) -> CaseFile:
    """A case with all its evidence; Refused(not_found)."""
    with office.begin() as cursor:
        found = store.get_file(cursor, id_)
    if found is None:
        raise not_found(NOUN)
    return found


def resolve_case(office: Office, id_: str, *, verdict: Verdict, note: str, person: str) -> Case:
    """Decline at once, propose a release, or confirm somebody else's; payment hears the end of it.

    Refused(case_resolved, second_person_needed). A repeat of the words that resolved it changes nothing.
    """
    with office.begin() as cursor:
        case = _locked(cursor, id_)
        if is_repeat(case, verdict, person=person):
            return case
        following = next_status(case, verdict, person=person)
        at = now()
        if following == "release_proposed":
            store.propose_release(cursor, id_, note=note, person=person, at=at)
        else:
            store.resolve(cursor, id_, verdict=verdict, note=note, person=person, at=at)
            _let_it_be_known(cursor, case, verdict, person, at)
        return _locked(cursor, id_)


def _let_it_be_known(cursor: Cursor[Any], case: Case, verdict: Verdict, person: str, at: datetime) -> None:
    """The verdict becomes the decision that stands, and an event."""
    released = verdict == "release"
    store.supersede_decision(
        cursor,
        case,
        id_=new_id("dec"),
        outcome=OUTCOME_OF[verdict],
        reasons=[] if released else [DECLINED_BY_PERSON],
        person=person,
        at=at,
        expires_at=at + RELEASE_VALID_FOR if released else None,
    )
    fact = CaseResolved(id=case.id, payment=case.payment, verdict=verdict, resolved_by=person)
    outbox.publish(cursor, [fact], event_at=at)


def _locked(cursor: Cursor[Any], id_: str) -> Case:
    case = store.lock_case(cursor, id_)
    if case is None:
        raise not_found(NOUN)
    return case
