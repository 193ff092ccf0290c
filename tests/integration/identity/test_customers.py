"""What staff see of one person: sessions, devices, dossier; and notes they leave for each other."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity


def write(identity: Identity, person: str, text: str, *, token: str, key: str = "") -> dict[str, str]:
    answer = identity.http.post(
        f"/v1/people/{person}/notes",
        json={"text": text},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key or uuid.uuid4().hex},
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_note_is_read_by_colleagues_newest_first_and_kept_encrypted(identity: Identity) -> None:
    ada = identity.customer()
    teller, support = identity.staff("teller"), identity.staff("support")
    token = identity.sign_in(teller)["access_token"]
    write(identity, ada.id, "Prefers to be called in the morning.", token=token)
    write(identity, ada.id, "Lost her phone on Monday.", token=token)
    seen = identity.get(f"/v1/people/{ada.id}/notes", token=identity.sign_in(support)["access_token"]).json()
    assert [note["text"] for note in seen["items"]] == [
        "Lost her phone on Monday.",
        "Prefers to be called in the morning.",
    ]
    assert {note["written_by"] for note in seen["items"]} == {teller.id}
    rows = identity.database.execute("SELECT sealed FROM note").fetchall()
    assert all(b"phone" not in bytes(sealed) for (sealed,) in rows)


def test_a_note_sent_twice_is_written_once_and_its_answer_keeps_no_text(identity: Identity) -> None:
    ada, token = identity.customer(), identity.sign_in(identity.staff("support"))["access_token"]
    first = write(identity, ada.id, "Asked for a callback.", token=token, key="once")
    assert write(identity, ada.id, "Asked for a callback.", token=token, key="once") == first
    assert "text" not in first
    assert len(identity.get(f"/v1/people/{ada.id}/notes", token=token).json()["items"]) == 1


def test_a_note_cannot_be_changed_or_taken_away(identity: Identity) -> None:
    ada, token = identity.customer(), identity.sign_in(identity.staff("support"))["access_token"]
    note = write(identity, ada.id, "Said so.", token=token)
    for change in ("UPDATE note SET written_by = 'usr_me' WHERE id = %s", "DELETE FROM note WHERE id = %s"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            identity.database.execute(change, (note["id"],))


def test_a_customer_neither_reads_nor_writes_notes(identity: Identity) -> None:
    ada = identity.customer()
    token = identity.sign_in(ada)["access_token"]
    assert identity.get(f"/v1/people/{ada.id}/notes", token=token).status_code == 403


def test_support_sees_where_somebody_is_signed_in_and_a_teller_does_not(identity: Identity) -> None:
    ada = identity.customer()
    identity.sign_in(ada)
    support, teller = (
        identity.sign_in(identity.staff(role))["access_token"] for role in ("support", "teller")
    )
    for what in ("sessions", "devices"):
        seen = identity.get(f"/v1/people/{ada.id}/{what}", token=support)
        assert len(seen.json()["items"]) == 1, seen.text
        assert identity.get(f"/v1/people/{ada.id}/{what}", token=teller).status_code == 403
        assert identity.get(f"/v1/people/usr_nobody/{what}", token=support).status_code == 404


def test_a_reviewer_sees_the_dossier_of_somebody_who_never_applied(identity: Identity) -> None:
    ada = identity.customer()
    seen = identity.get(
        f"/v1/people/{ada.id}/kyc", token=identity.sign_in(identity.staff("risk"))["access_token"]
    ).json()
    assert (seen["person_id"], seen["tier"], seen["application"]) == (ada.id, 1, None)
