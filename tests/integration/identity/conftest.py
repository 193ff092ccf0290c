"""A real identity office over a real database, and people who use it."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import psycopg
import pyotp
import pytest

from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
PASSWORD = "a long and winding road"
CLIENT_SECRETS = {
    name: f"{name}-secret" for name in ("account", "ledger", "payment", "frontend", "fraud", "identity")
}
ENCRYPTION_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
_numbers = itertools.count(1)


@dataclass
class Person:
    """Somebody in a test."""

    id: str
    username: str
    email: str
    password: str = PASSWORD
    totp_secret: str = ""
    address: str = ""
    """Where their requests come from; a network of their own, so that tests share no throttle."""


@dataclass
class Identity:
    """The office as its clients see it, with a back door to its database."""

    url: str
    environment: dict[str, str]
    database: psycopg.Connection[Any]
    process: psutil.Process
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def processor_time_s(self) -> float:
        """What the office has used up so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        return self.http.post(path, json=body, headers=_header_names(headers))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers=_header_names(headers))

    def delete(self, path: str, **headers: str) -> httpx.Response:
        return self.http.delete(path, headers=_header_names(headers))

    def register(self, name: str = "alice", **particulars: object) -> httpx.Response:
        number = next(_numbers)
        body = {
            "username": f"{name}{number}",
            "email": f"{name}{number}@example.com",
            "password": PASSWORD,
            "first_name": name.title(),
            "last_name": "Adeyemi",
            "phone": "+2348031234567",
        } | particulars
        return self.post("/v1/registrations", body, idempotency_key=f"register-{number}")

    def customer(self, name: str = "alice") -> Person:
        body = self.register(name)
        assert body.status_code == 201, body.text
        username = body.json()["username"]
        return Person(body.json()["id"], username, f"{username}@example.com", address=new_address())

    def staff(self, role: str = "teller", *, authenticator: bool = True) -> Person:
        """A member of staff, as the command line makes them."""
        username = f"{role}{next(_numbers)}"
        secret = pyotp.random_base32() if authenticator else ""
        words = ["staff", "create", "--username", username, "--email", f"{username}@bank.example"]
        words += ["--role", role, "--first-name", role.title(), "--last-name", "Bello"]
        words += ["--totp-secret", secret] if secret else []
        person_id = self.command(*words, environment={"ARHAN_STAFF_PASSWORD": PASSWORD}).strip()
        email = f"{username}@bank.example"
        return Person(person_id, username, email, totp_secret=secret, address=new_address())

    def command(self, *words: str, environment: dict[str, str] | None = None) -> str:
        """What `arhan …` prints, for a command of this service."""
        done = self.http.post("/command", json={"words": words, "environment": environment or {}})
        assert done.status_code == 200, done.text
        return done.text

    def try_to_sign_in(self, person: Person, **changes: object) -> httpx.Response:
        body: dict[str, object] = {"username": person.username, "password": person.password}
        return self.post("/v1/tokens", body | changes, x_forwarded_for=person.address)

    def sign_in(self, person: Person, **changes: object) -> dict[str, Any]:
        """Tokens of a login that must work; with a fresh code where there is an authenticator."""
        if person.totp_secret:
            changes.setdefault("otp", self.fresh_code(person))
        answer = self.try_to_sign_in(person, **changes)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def forget_guesses(self) -> None:
        """As if nobody had guessed; an office believes for a second what it saw of a pause."""
        self.database.execute("DELETE FROM guesses")
        time.sleep(1.1)

    def fresh_code(self, person: Person) -> str:
        """A code that counts although the last one was just used: the bank forgets that it was."""
        self.database.execute("UPDATE authenticator SET last_step = 0 WHERE person_id = %s", [person.id])
        return pyotp.TOTP(person.totp_secret).now()

    def service_token(self, service: str, audience: str = "identity") -> str:
        body = {"client_id": service, "client_secret": CLIENT_SECRETS[service], "audience": audience}
        answer = self.post("/internal/v1/service-tokens", body)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token


def _header_names(headers: dict[str, str]) -> dict[str, str]:
    """`token="x"` becomes a bearer header, `idempotency_key` an Idempotency-Key."""
    found = {name.replace("_", "-"): value for name, value in headers.items() if name != "token"}
    if "token" in headers:
        found["Authorization"] = f"Bearer {headers['token']}"
    return found


def new_address() -> str:
    """An address nobody else in this run has."""
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """A migrated database, and what a process of the service is told."""
    with postgres.running(migrated=True) as databases:
        hashes = {
            name: hashlib.sha256(secret.encode()).hexdigest() for name, secret in CLIENT_SECRETS.items()
        }
        found = os.environ | {
            "DATABASE_URL": databases.url("identity"),
            "TEST_SUPERUSER_URL": databases.superuser_url("identity"),
            "CELERY_BROKER_URL": databases.broker_url,
            "SECRET_KEY": "a secret key of the tests",
            "ENCRYPTION_KEY": ENCRYPTION_KEY,
            "ARHAN_CLIENT_SECRET": CLIENT_SECRETS["identity"],
            "ARHAN_CLIENT_SECRET_HASHES": json.dumps(hashes),
            "DJANGO_SETTINGS_MODULE": "arhan.identity.settings",
        }
        yield found


@pytest.fixture(scope="session")
def identity(environment: dict[str, str]) -> Iterator[Identity]:
    """The office, serving; its password hash is cheap."""
    with serving(environment, "tests.integration.identity.office:application") as office:
        yield office


@pytest.fixture(scope="session")
def real_identity(environment: dict[str, str]) -> Iterator[Identity]:
    """The office as it is, on the same database."""
    with serving(environment, "arhan.identity.wsgi:application") as office:
        yield office


@contextmanager
def serving(environment: dict[str, str], target: str) -> Iterator[Identity]:
    """An office in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "arhan.runner.serve", "wsgi", target, "--port", str(port)]
    told = environment | {"IDENTITY_SERVICE_URL": url, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=told)
    try:
        _wait_until_ready(url, process)
        with psycopg.connect(environment["TEST_SUPERUSER_URL"], autocommit=True) as database:
            office = Identity(url, environment, database, psutil.Process(process.pid))
            with office.http:
                yield office
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the office ended while starting"
        assert time.monotonic() < deadline, "the office does not answer"
        try:
            if httpx.get(url + "/health/ready").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
