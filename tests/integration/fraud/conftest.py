"""A real fraud process over a real database, and people and services who call it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from joserfc.jwk import OKPKey

from arhan.fraud.store.connections import Office
from tests import postgres
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
    with postgres.running() as databases:
        url = databases.url("fraud")
        environment = os.environ | {
            "DATABASE_URL": url,
            "SECRET_KEY": "a secret key of the tests",
            "DJANGO_SETTINGS_MODULE": "arhan.fraud.settings",
        }
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=environment, check=True
        )
        yield url


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
    """A stand-in for identity: the key set, tokens for services, and no revocations."""
    key = mint.key.as_dict(private=False) | {"kid": mint.kid, "use": "sig"}
    answers = {
        "/.well-known/jwks.json": {"keys": [key]},
        "/internal/v1/service-tokens": {"access_token": "of no use here", "expires_in": 600},
        "/internal/v1/revocations": {"revocations": [], "through": 0, "keys": "one key"},
    }

    class Identity(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = json.dumps(answers[self.path.partition("?")[0]]).encode()
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Identity) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="session")
def fraud(database_url: str, identity_url: str, mint: Mint) -> Iterator[Fraud]:
    """The process, serving."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a secret key of the tests",
        "IDENTITY_SERVICE_URL": identity_url,
    }
    command = ["-m", "arhan.runner.serve", "asgi", "arhan.fraud.asgi:application", "--port", str(port)]
    process = subprocess.Popen([sys.executable, *command], env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            _wait_until_ready(http, process)
            yield Fraud(http, mint)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(http: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "fraud ended while starting"
        assert time.monotonic() < deadline, "fraud does not answer"
        try:
            if http.get("/health/ready").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
