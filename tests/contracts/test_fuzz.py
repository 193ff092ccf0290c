"""Schemathesis over every service: whatever comes in, no 5xx and no undocumented status goes out.

Each operation is asked as somebody it permits, at the process that serves it, with bodies that fit
the published shapes and bodies that do not.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.contracts.test_permissions import OPENAPI, Operation, base_url, operations
from tests.people import mint_of

if TYPE_CHECKING:
    from schemathesis import Case

    from tests.bank import Bank
    from tests.tokens import Mint

pytestmark = pytest.mark.filterwarnings(
    "ignore:Skipped test cases with unsupported payload"  # documents are uploaded in identity's own tests
)

EXAMPLES = 8
"""Random requests for each operation, beside those at the edges of its schema; their number is its size."""
CONFIGURATION = SchemathesisConfig.from_dict(
    {"phases": {"coverage": {"unexpected-methods": ["delete"]}}}  # one wrong method is refused as all are
)
FUZZES_THE_KERNEL = "identity"
"""The kernel gives every office the same code for some routes: one office stands for all."""
BY_ROUTE = {(o.service, o.method, o.path): o for o in operations()}


@pytest.fixture(scope="module")
def mint(bank: Bank) -> Mint:
    return mint_of(bank)


def permitted_token(mint: Mint, operation: Operation) -> str | None:
    """A token of somebody this route permits."""
    if operation.public:
        return None
    if operation.roles:
        role = "customer" if "customer" in operation.roles else min(operation.roles)
        return mint.person(role=role, scope=operation.permission or "")
    assert operation.scope
    return mint.service("ledger", audience=operation.service, scopes=(operation.scope,))


def probe(bank: Bank, mint: Mint, service: str, case: Case[Any]) -> None:
    """Send one generated request and judge the answer."""
    operation = BY_ROUTE[service, case.operation.method.upper(), case.operation.path]
    headers: dict[str, Any] = {}
    if operation.needs_key and "Idempotency-Key" not in (case.headers or {}):
        headers["Idempotency-Key"] = str(uuid.uuid4())
    if token := permitted_token(mint, operation):
        headers["Authorization"] = f"Bearer {token}"
    case.call_and_validate(
        base_url=base_url(bank, operation),
        headers=headers,
        checks=[not_a_server_error, status_code_conformance],
        timeout=30,
    )


def document(service: str) -> Any:
    schema = schemathesis.openapi.from_path(OPENAPI / f"{service}.yaml", config=CONFIGURATION)
    return schema if service == FUZZES_THE_KERNEL else schema.exclude(operation_id_regex="^arhan_kernel_")


gentle = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@document("identity").parametrize()
@gentle
def test_identity(bank: Bank, mint: Mint, case: Case[Any]) -> None:
    probe(bank, mint, "identity", case)


@document("account").parametrize()
@gentle
def test_account(bank: Bank, mint: Mint, case: Case[Any]) -> None:
    probe(bank, mint, "account", case)


@document("payment").parametrize()
@gentle
def test_payment(bank: Bank, mint: Mint, case: Case[Any]) -> None:
    probe(bank, mint, "payment", case)


@document("ledger").parametrize()
@gentle
def test_ledger(bank: Bank, mint: Mint, case: Case[Any]) -> None:
    probe(bank, mint, "ledger", case)


@document("fraud").parametrize()
@gentle
def test_fraud(bank: Bank, mint: Mint, case: Case[Any]) -> None:
    probe(bank, mint, "fraud", case)
