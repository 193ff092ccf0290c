"""The audit trail of fraud: what staff did here, readable by those who oversee the bank."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.fraud.conftest import Fraud


def test_what_staff_do_and_may_not_do_is_written_down(fraud: Fraud) -> None:
    fraud.post("/v1/cases/cas_audited/resolve", {"verdict": "decline"}, fraud.risk("usr_watched"))
    fraud.post("/v1/cases/cas_audited/resolve", {"verdict": "decline"}, fraud.staff("teller", "usr_watched"))

    answer = fraud.http.get("/v1/audit-entries?actor=usr_watched", headers=fraud.staff("auditor"))

    assert answer.status_code == 200, answer.text
    entries = answer.json()["items"]
    assert [(entry["outcome"], entry["code"]) for entry in entries] == [
        ("refused", "not_permitted"),
        ("refused", "not_found"),
        ("begun", ""),
    ]
    assert {entry["action"] for entry in entries} == {"POST /v1/cases/{id}/resolve"}
    assert {entry["subject"] for entry in entries} == {"cas_audited"}


def test_the_trail_is_read_page_by_page_and_whole(fraud: Fraud) -> None:
    for _ in range(3):
        fraud.post("/v1/cases/cas_none/resolve", {"verdict": "decline"}, fraud.risk())
    overseer = fraud.staff("admin")
    first = fraud.http.get("/v1/audit-entries?limit=2", headers=overseer).json()
    second = fraud.http.get(f"/v1/audit-entries?limit=2&after={first['next']}", headers=overseer).json()
    positions = [entry["position"] for page in (first, second) for entry in page["items"]]
    assert positions == list(range(positions[0], positions[0] - 4, -1))

    lines = fraud.http.get("/v1/audit-entries/export", headers=overseer).text.splitlines()
    assert [json.loads(line)["position"] for line in lines][:2] == [1, 2]

    verified = fraud.http.get("/v1/audit-entries/verification", headers=overseer).json()
    assert verified["entries"] == len(lines)
    assert verified["broken_at"] is None
    assert verified["head"] == json.loads(lines[-1])["hash"]


def test_the_trail_is_for_overseers(fraud: Fraud) -> None:
    for path in ("/v1/audit-entries", "/v1/audit-entries/verification", "/v1/audit-entries/export"):
        assert fraud.http.get(path, headers=fraud.risk()).status_code == 403
