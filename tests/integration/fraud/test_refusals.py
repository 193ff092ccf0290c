"""Every no is a problem document, whatever the caller sends; never a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests import fraud_process
from tests.fraud_payments import as_json, payment

if TYPE_CHECKING:
    from tests.integration.fraud.conftest import Fraud
    from tests.tokens import Mint

GOOD = as_json(payment())


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["code"] == code
    assert found["status"] == status
    assert found["type"].endswith(code)
    assert found["request_id"]
    return found


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"", None),
        (b"not json", None),
        (b"[]", ""),
        (b"null", ""),
        (b"{}", ""),
        (b'{"screenings": 7}', "/screenings"),
        (b'{"screenings": [7]}', "/screenings/0"),
        (b'{"screenings": [{"payment": "pay_1"}]}', "/screenings/0"),
        (b'{"screenings": ["\\ud800"]}', None),
        (b'{"screenings": ["\\u0000"]}', None),
        (b"\xff\xfe", None),
    ],
)
def test_a_body_of_the_wrong_form(fraud: Fraud, content: bytes, pointer: str | None) -> None:
    answer = fraud.http.post("/v1/decisions", content=content, headers=fraud.service("fraud:decide"))
    found = problem(answer, 400, "malformed_request")
    assert [error["pointer"] for error in found.get("errors", [])] == ([] if pointer is None else [pointer])


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("amount", 0, "/screenings/1/amount"),
        ("amount", 2**80, "/screenings/1/amount"),
        ("amount", 1.5, "/screenings/1/amount"),
        ("amount", "100", "/screenings/1/amount"),
        ("currency", "XXX", "/screenings/1/currency"),
        ("payment", "", "/screenings/1/payment"),
        ("tier", "three", "/screenings/1/tier"),
        ("created_at", "now", "/screenings/1/created_at"),
    ],
)
def test_a_member_of_the_wrong_form(fraud: Fraud, member: str, value: Any, pointer: str) -> None:
    found = problem(fraud.decide(GOOD, GOOD | {member: value}), 400, "malformed_request")
    assert [error["pointer"] for error in found["errors"]] == [pointer]


def test_odd_but_sound_texts_are_stored(fraud: Fraud) -> None:
    odd = as_json(payment(device='tab\t, quote ", backslash \\, newline \n, emoji 🙂', kind="tra\\nsfer"))
    assert fraud.decide(odd).status_code == 200
    assert fraud.decide(odd).json()["decisions"][0]["outcome"] == "allow"


def test_too_many_screenings(fraud: Fraud) -> None:
    found = problem(fraud.decide(*[GOOD] * 1_001), 400, "malformed_request")
    assert found["errors"][0]["pointer"] == "/screenings"


def test_too_large_a_body(fraud: Fraud) -> None:
    content = b'{"screenings": [' + b" " * (8 * 1024 * 1024) + b"]}"
    answer = fraud.http.post("/v1/decisions", content=content, headers=fraud.service("fraud:decide"))
    problem(answer, 413, "payload_too_large")


def test_decisions_are_for_payment_only(fraud: Fraud) -> None:
    problem(fraud.http.post("/v1/decisions", json={}), 401, "not_authenticated")
    body = {"screenings": [GOOD]}
    for headers in (fraud.service("fraud:feed"), fraud.risk(), fraud.staff("admin"), fraud.staff("customer")):
        problem(fraud.http.post("/v1/decisions", json=body, headers=headers), 403, "not_permitted")


@pytest.mark.parametrize("path", ["/v1/rules", "/v1/cases", "/v1/rules/rule_1", "/v1/cases/cas_1"])
def test_rules_and_cases_are_for_risk_and_read_by_auditors(fraud: Fraud, path: str) -> None:
    for role in ("customer", "teller", "support", "loan_officer", "admin"):
        problem(fraud.http.get(path, headers=fraud.staff(role)), 403, "not_permitted")
    for role in ("risk", "auditor"):
        assert fraud.http.get(path, headers=fraud.staff(role)).status_code in {200, 404}


def test_auditors_only_read(fraud: Fraud) -> None:
    for path in ("/v1/rules", "/v1/rules/rule_1/promote", "/v1/cases/cas_1/resolve"):
        problem(fraud.post(path, {}, fraud.staff("auditor")), 403, "not_permitted")


def test_staff_need_a_second_factor(fraud: Fraud, mint: Mint) -> None:
    half = {"Authorization": f"Bearer {mint.person(role='risk', acr='pwd')}"}
    problem(fraud.http.get("/v1/cases", headers=half), 403, "second_factor_required")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=201", "/query/limit"),
        ("limit=x", "/query/limit"),
        ("status=lost", "/query/status"),
        ("after=" + "x" * 65, "/query/after"),
    ],
)
def test_a_parameter_of_the_wrong_form(fraud: Fraud, query: str, pointer: str) -> None:
    answer = fraud.http.get(f"/v1/cases?{query}", headers=fraud.risk())
    found = problem(answer, 400, "malformed_request")
    assert [error["pointer"] for error in found["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/v1/cases/%00", "/v1/cases?after=%00", "/v1/rules/a%00b"])
def test_nul_is_not_accepted(fraud: Fraud, path: str) -> None:
    problem(fraud.http.get(path, headers=fraud.risk()), 400, "malformed_request")


@pytest.mark.parametrize("path", ["/v1/cases/%ff", "/v1/cases/%ed%a0%80", "/v1/cases/" + "x" * 4_000])
def test_odd_paths_are_not_found(fraud: Fraud, path: str) -> None:
    answer = fraud.http.get(path, headers=fraud.risk())
    assert answer.status_code in {400, 404}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_unknown_paths_and_methods(fraud: Fraud) -> None:
    problem(fraud.http.get("/v1/nothing"), 404, "not_found")
    answer = fraud.http.delete("/v1/decisions")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


def test_a_request_keeps_its_id(fraud: Fraud) -> None:
    answer = fraud.http.get("/v1/cases", headers={"X-Request-Id": "req-of-the-test"})
    assert answer.headers["X-Request-Id"] == "req-of-the-test"
    assert answer.json()["request_id"] == "req-of-the-test"


def test_health(fraud: Fraud) -> None:
    assert fraud.http.get("/health/live").json() == {"status": "live"}
    assert fraud.http.get("/health/ready").json() == {"status": "ready", "checks": {"database": "ok"}}


def test_the_document_lists_who_may_call_what(fraud: Fraud) -> None:
    document = fraud.http.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    decide = operations["POST /v1/decisions"]
    assert decide["x-permit"]["scope"] == "fraud:decide"
    assert decide["x-permit"]["roles"] == []
    assert operations["GET /v1/rules"]["x-permit"]["scope"] is None
    assert all("x-permit" in operation for operation in operations.values())
    reference = decide["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert reference == "#/components/schemas/Screenings"
    assert "Screening" in document["components"]["schemas"]
    assert {"400", "401", "403", "503"} <= set(decide["responses"])


def test_without_a_database_the_answer_is_to_come_back(identity_url: str, mint: Mint) -> None:
    """Payment then falls back on its own policy; nothing is allowed."""
    nowhere = "postgresql://nobody@/nowhere?host=/nonexistent"
    token = mint.service("payment", audience="fraud", scopes=("fraud:decide",))
    with (
        fraud_process.serving(nowhere, identity_url) as running,
        httpx.Client(base_url=running.url, timeout=30) as http,
    ):
        assert http.get("/health/ready").status_code == 503
        headers = {"Authorization": f"Bearer {token}"}
        answer = http.post("/v1/decisions", json={"screenings": [GOOD]}, headers=headers)
        assert problem(answer, 503, "service_unavailable")["retryable"] is True
