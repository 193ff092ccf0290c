"""The authorisation matrix: every route of the published contracts, asked by everybody.

What a route permits stands in the OpenAPI documents (`x-permit`); from that each expectation is
generated, so a new route is in the matrix by being published.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from arhan import topology
from arhan.kernel.auth import ROLES
from arhan.kernel.ids import new_id
from tests.people import mint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bank import Bank
    from tests.tokens import Mint

OPENAPI = Path(__file__).parents[2] / "contracts" / "openapi"


@dataclass(frozen=True)
class Operation:
    """One route of one service."""

    service: str
    method: str
    path: str
    public: bool
    roles: frozenset[str]
    permission: str | None
    """What the token of a permitted role must also say."""
    scope: str | None
    needs_key: bool
    query: tuple[tuple[str, str], ...]
    """Parameters it cannot do without, with something that fits."""
    numbers: frozenset[str]
    """Names in its path that stand for whole numbers."""

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"


@cache
def operations() -> tuple[Operation, ...]:
    found = []
    for document in sorted(OPENAPI.glob("*.yaml")):
        for path, methods in yaml.load(document.read_text(), yaml.CSafeLoader)["paths"].items():
            for method, described in methods.items():
                found.append(_operation(document.stem, method, path, described))
    return tuple(found)


def _operation(service: str, method: str, path: str, described: dict[str, Any]) -> Operation:
    permit = described["x-permit"]
    parameters = {parameter["name"]: parameter for parameter in described.get("parameters", ())}
    needed = [p for p in parameters.values() if p["in"] == "query" and p.get("required")]
    return Operation(
        service=service,
        method=method.upper(),
        path=path,
        public=permit["public"],
        roles=frozenset(permit["roles"]),
        permission=permit.get("permission"),
        scope=permit["scope"],
        needs_key="Idempotency-Key" in parameters,
        numbers=frozenset(
            p["name"]
            for p in parameters.values()
            if p["in"] == "path" and p["schema"].get("type") == "integer"
        ),
        query=tuple((parameter["name"], _fitting(parameter["schema"])) for parameter in needed),
    )


def _fitting(schema: dict[str, Any]) -> str:
    """Something of this schema, for an address."""
    return str(schema["enum"][0]) if "enum" in schema else _FITTING[schema.get("format", schema["type"])]


_FITTING = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z", "string": "x", "integer": "1"}


@pytest.fixture(scope="module")
def mint(bank: Bank) -> Mint:
    return mint_of(bank)


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as client:
        yield client


def base_url(bank: Bank, operation: Operation) -> str:
    """The process that serves the route, past the gateway."""
    kind = "engine" if operation.path in _engine_paths(operation.service) else "office"
    return bank.url(f"{operation.service}.{kind}")


@cache
def _engine_paths(service: str) -> frozenset[str]:
    if not topology.service(service).engine_port:
        return frozenset()
    return frozenset(import_module(f"arhan.{service}.engine").engine.openapi()["paths"])


def ask(bank: Bank, http: httpx.Client, operation: Operation, token: str | None) -> httpx.Response:
    """Ask for an object that does not exist, with an empty body."""
    base = base_url(bank, operation)
    path = re.sub(
        r"\{([^}]+)\}",
        lambda name: "9" if name[1] in operation.numbers else new_id("zzz"),
        operation.path,
    )
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body: dict[str, Any] | None = {} if operation.method in {"POST", "PUT", "PATCH"} else None
    url, params = base + path, dict(operation.query)
    request = http.build_request(operation.method, url, json=body, headers=headers, params=params)
    try:
        return http.send(request)
    except httpx.RemoteProtocolError:
        # who is refused before the body was read may find the connection closed the next time
        return http.send(request)


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_who_may_call(bank: Bank, http: httpx.Client, mint: Mint, operation: Operation) -> None:
    strangers = {
        "nobody": None,
        "no token at all": "nonsense",
        "an expired token": mint.person(role=next(iter(operation.roles or {"customer"})), life_s=-60),
        "another audience": mint.person(role="customer", aud=["elsewhere"]),
        "another issuer": mint.person(role="customer", iss="https://elsewhere.example"),
        "another type of token": mint.sign({"sub": "x"}, typ="JWT"),
    }
    for who, token in strangers.items():
        status = ask(bank, http, operation, token).status_code
        if operation.public:
            assert status not in {403, 500}, (who, status)
        else:
            assert status == 401, (who, status)

    for role in ROLES:
        answer = ask(bank, http, operation, mint.person(role=role, scope=operation.permission or ""))
        assert answer.status_code < 500, (role, answer.text)
        if operation.public or role in operation.roles:
            assert answer.status_code != 401, (role, answer.text)
            assert answer.status_code != 403 or answer.json()["code"] != "not_permitted", role
        else:
            assert answer.status_code == 403, (role, answer.text)


@pytest.mark.parametrize("operation", [o for o in operations() if o.permission], ids=str)
def test_a_role_without_the_permission_may_not(
    bank: Bank, http: httpx.Client, mint: Mint, operation: Operation
) -> None:
    for role in operation.roles:
        answer = ask(bank, http, operation, mint.person(role=role, scope="another:permission"))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted"), role


@pytest.mark.parametrize(
    "operation", [operation for operation in operations() if not operation.public], ids=str
)
def test_which_services_may_call(bank: Bank, http: httpx.Client, mint: Mint, operation: Operation) -> None:
    bare = mint.service("frontend", audience=operation.service, scopes=())
    assert ask(bank, http, operation, bare).status_code == 403

    scope = operation.scope or f"{operation.service}:read"
    token = mint.service("ledger", audience=operation.service, scopes=(scope,))
    answer = ask(bank, http, operation, token)
    if operation.scope:
        assert answer.status_code not in {401, 403}, answer.text
    else:
        assert answer.status_code == 403, answer.text

    elsewhere = mint.service("ledger", audience="elsewhere", scopes=(scope,))
    assert ask(bank, http, operation, elsewhere).status_code == 401


@pytest.mark.parametrize(
    "operation",
    [o for o in operations() if "{" in o.path and "customer" in o.roles and o.method == "GET"],
    ids=str,
)
def test_what_is_not_there_is_not_found(
    bank: Bank, http: httpx.Client, mint: Mint, operation: Operation
) -> None:
    assert ask(bank, http, operation, mint.person(role="customer")).status_code == 404


def test_every_internal_route_is_out_of_reach_through_the_gateway(
    bank: Bank, http: httpx.Client, mint: Mint
) -> None:
    internal = [operation for operation in operations() if operation.path.startswith("/internal/")]
    assert internal
    for operation in internal:
        token = mint.service("ledger", audience=operation.service, scopes=(operation.scope or "",))
        url = f"{bank.gateway}/api/{operation.service}{operation.path}"
        answer = http.request(operation.method, url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 404, operation
