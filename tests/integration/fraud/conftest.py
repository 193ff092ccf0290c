"""A real fraud process over a real database, and people and services who call it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from joserfc.jwk import OKPKey

from arhan.fraud.store.connections import Office
from tests import fraud_process, postgres
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Fraud:
    """The process as its callers see it."""

    http: httpx.Client
    mint: Mint

    def risk(self, name: str = "usr_risk_one") -> dict[str, str]:
        """Headers of a risk officer; another name is another person."""
        return self.staff("risk", name)

    def staff(self, role: str, name: str = "") -> dict[str, str]:
        """Headers of somebody in this role."""
        return {"Authorization": f"Bearer {self.mint.person(role=role, subject=name)}"}

    def service(self, *scopes: str) -> dict[str, str]:
        """Headers of a sibling with these scopes."""
        token = self.mint.service("payment", audience="fraud", scopes=scopes)
        return {"Authorization": f"Bearer {token}"}

    def decide(self, *screenings: object) -> httpx.Response:
        """Ask as payment does."""
        return self.http.post(
            "/v1/decisions", json={"screenings": screenings}, headers=self.service("fraud:decide")
        )

    def post(self, path: str, body: object, headers: dict[str, str], *, key: str = "") -> httpx.Response:
        """A command of a person, with a key of its own unless told."""
        return self.http.post(
            path, json=body, headers=headers | {"Idempotency-Key": key or str(uuid.uuid4())}
        )


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database of fraud's own role."""
    with postgres.running(migrated=True) as databases:
        yield databases.url("fraud")


@pytest.fixture
def database(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A look behind the service's back."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def office(database_url: str) -> Iterator[Office]:
    """Blocking transactions, as the worker has them."""
    found = Office(database_url)
    yield found
    found.close()


@pytest.fixture(scope="session")
def mint() -> Mint:
    """Signs what identity would sign."""
    return Mint("key-of-the-tests", OKPKey.generate_key("Ed25519"))


@pytest.fixture(scope="session")
def identity_url(mint: Mint) -> Iterator[str]:
    """A stand-in for identity."""
    with fraud_process.identity(mint) as url:
        yield url


@pytest.fixture(scope="session")
def fraud(database_url: str, identity_url: str, mint: Mint) -> Iterator[Fraud]:
    """The process, serving."""
    with (
        fraud_process.serving(database_url, identity_url) as running,
        httpx.Client(base_url=running.url, timeout=30) as http,
    ):
        yield Fraud(http, mint)
