"""Four eyes, for actions that another service carries out: approved here, executed there, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.kernel import proposals
from arhan.kernel.auth import Principal, permit
from arhan.kernel.errors import Refused
from arhan.kernel.proposals import FourEyes, Proposal
from tests.payment_house import migrated_database

if TYPE_CHECKING:
    from collections.abc import Iterator

MAKER, CHECKER, OTHER = (
    Principal(f"usr_{name}", "admin", acr="mfa") for name in ("maker", "checker", "other")
)
done_elsewhere: list[str] = []


def pay_elsewhere(proposal: Proposal) -> dict[str, Any]:
    """What another service makes of it, however often it is told: the proposal's id is its key."""
    if proposal.id not in done_elsewhere:
        done_elsewhere.append(proposal.id)
    return {"done": proposal.id}


REMOTE = FourEyes(
    action="money.sent", title="Send money", approvers=permit("admin"), execute=pay_elsewhere, remote=True
)


@pytest.fixture(scope="module")
def database() -> Iterator[psycopg.Connection[Any]]:
    with migrated_database() as url, psycopg.connect(url) as connection:
        yield connection


def proposed(database: psycopg.Connection[Any]) -> str:
    with database.transaction(), database.cursor() as cursor:
        made = proposals.propose(
            cursor, action=REMOTE.action, body={"amount": 5}, subject="acc_ada", reason="", principal=MAKER
        )
    return made.id


def approve(database: psycopg.Connection[Any], proposal: str, who: Principal) -> Proposal:
    with database.transaction(), database.cursor() as cursor:
        return proposals.decide(cursor, proposal, kind=REMOTE, approve=True, reason="", principal=who)


def test_an_approval_whose_process_died_is_carried_out_by_the_next_and_once(
    database: psycopg.Connection[Any],
) -> None:
    proposal = proposed(database)
    approved = approve(database, proposal, CHECKER)
    assert (approved.status, approved.executed_at) == ("approved", None)
    # the process dies here, after the commit and before the other service was told
    taken_up = approve(database, proposal, OTHER)
    assert (taken_up.decided_by, taken_up.executed_at) == (CHECKER.subject, None)
    for _ in range(2):  # and again between the other service's answer and our note of it
        result = pay_elsewhere(taken_up)
    with database.transaction(), database.cursor() as cursor:
        proposals.finish(cursor, proposal, result)
        executed = proposals.get(cursor, proposal)
        proposals.finish(cursor, proposal, {"done": "again"})
        assert proposals.get(cursor, proposal) == executed
    assert (executed.result, done_elsewhere) == ({"done": proposal}, [proposal])
    with pytest.raises(Refused) as refused:
        approve(database, proposal, OTHER)
    assert refused.value.refusal is proposals.ALREADY_DECIDED


def test_the_maker_does_not_check(database: psycopg.Connection[Any]) -> None:
    proposal = proposed(database)
    with pytest.raises(Refused) as refused:
        approve(database, proposal, MAKER)
    assert refused.value.refusal is proposals.SECOND_PERSON_NEEDED
