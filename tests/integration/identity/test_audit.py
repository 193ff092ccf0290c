"""The audit trail: complete, only ever added to, and telling when it was tampered with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.kernel import audit

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity, Person


@pytest.fixture
def auditor(identity: Identity) -> str:
    """An auditor's access token."""
    token: str = identity.sign_in(identity.staff("auditor"))["access_token"]
    return token


def trail(identity: Identity, auditor: str, query: str) -> list[dict[str, Any]]:
    answer = identity.get(f"/v1/audit-entries?{query}", token=auditor)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def deeds(identity: Identity, auditor: str, person: Person) -> list[tuple[str, str, str]]:
    """What a person did, and what was done or tried with their account; oldest first."""
    found = trail(identity, auditor, f"actor={person.id}") + trail(identity, auditor, f"subject={person.id}")
    once = {entry["position"]: entry for entry in found}
    return [(e["action"], e["outcome"], e["code"]) for _, e in sorted(once.items())]


def test_every_authentication_leaves_a_trace(identity: Identity, auditor: str) -> None:
    alice = identity.customer()
    identity.try_to_sign_in(alice, password="wrong")
    tokens = identity.sign_in(alice)
    identity.post("/v1/logout", token=tokens["access_token"])
    assert deeds(identity, auditor, alice) == [
        ("person.registered", "done", ""),
        ("session.refused", "refused", "invalid_credentials"),
        ("session.opened", "done", ""),
        ("session.ended", "done", ""),
    ]
    opened = trail(identity, auditor, f"actor={alice.id}&action=session.opened")[0]
    assert opened["address"] == alice.address
    assert opened["details"]["methods"] == ["pwd"]
    assert opened["request_id"].startswith("req-")


def test_a_pause_after_too_many_guesses_shows(identity: Identity, auditor: str) -> None:
    alice = identity.customer()
    for n in range(6):
        identity.try_to_sign_in(alice, password=f"guess {n}")
    refused = trail(identity, auditor, f"subject={alice.id}&outcome=refused")
    assert [entry["details"]["pause_s"] for entry in refused] == [30, 0, 0, 0, 0]


def test_a_name_nobody_has_is_not_kept(identity: Identity, auditor: str) -> None:
    identity.post("/v1/tokens", {"username": "my secret password", "password": "x"})
    rows = identity.database.execute("SELECT * FROM audit_entry").fetchall()
    assert "my secret password" not in str(rows)


def test_every_denial_leaves_a_trace(identity: Identity, auditor: str) -> None:
    alice = identity.customer()
    token = identity.sign_in(alice)["access_token"]
    assert identity.get("/v1/audit-entries", token=token).status_code == 403
    denied = trail(identity, auditor, f"actor={alice.id}&outcome=refused")[0]
    assert (denied["action"], denied["code"]) == ("GET /v1/audit-entries", "not_permitted")


def test_a_staff_action_is_written_before_it_runs_and_after(identity: Identity, auditor: str) -> None:
    teller = identity.staff()
    token = identity.sign_in(teller)["access_token"]
    identity.post("/v1/me/recovery-codes", {"password": "wrong"}, token=token)
    identity.post("/v1/me/recovery-codes", {"password": teller.password}, token=token)
    action = "POST /v1/me/recovery-codes"
    assert [deed for deed in deeds(identity, auditor, teller) if deed[0] == action] == [
        (action, "begun", ""),
        (action, "refused", "wrong_password"),
        (action, "begun", ""),
        (action, "done", ""),
    ]


def test_entries_come_newest_first_a_page_at_a_time(identity: Identity, auditor: str) -> None:
    first = identity.get("/v1/audit-entries?limit=3", token=auditor).json()
    second = identity.get(f"/v1/audit-entries?limit=3&after={first['next']}", token=auditor).json()
    positions = [entry["position"] for entry in first["items"] + second["items"]]
    assert positions == list(range(positions[0], positions[0] - 6, -1))


def test_the_trail_is_exported_whole(identity: Identity, auditor: str) -> None:
    exported = identity.get("/v1/audit-entries/export", token=auditor)
    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert [line["position"] for line in lines] == list(range(1, len(lines) + 1))
    verification = identity.get("/v1/audit-entries/verification", token=auditor).json()
    assert verification["broken_at"] is None
    assert verification["entries"] == len(lines)
    assert verification["head"] == lines[-1]["hash"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_refuses_to_change_it(identity: Identity, statement: str) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="only ever added to"):
        identity.database.execute(statement)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET code = 'x' WHERE position = 2",
        "DELETE FROM audit_entry WHERE position = 2",
        "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE position = 2",
    ],
)
def test_whoever_gets_around_the_database_is_found_out(
    identity: Identity, auditor: str, tampering: str
) -> None:
    with identity.database.transaction(force_rollback=True):
        identity.database.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        identity.database.execute(tampering)
        with identity.database.cursor() as cursor:
            assert audit.verify(cursor).broken_at == 2
    assert identity.get("/v1/audit-entries/verification", token=auditor).json()["broken_at"] is None
