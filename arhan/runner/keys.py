"""Keys and passwords, made on the first start, one file each under ARHAN_HOME/keys, mode 0600."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from arhan import topology
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from arhan.runner.home import Home

ENCRYPTS = ("identity", "account", "ledger", "frontend")
"""Services that keep something encrypted, each under a Fernet key of its own."""
ACCOUNT_KEYS = ("pin", "cvv", "blind_index")
"""What only account may know: keys of PIN verifiers, of card codes, and of the hashes cards are found by."""


def new_password() -> str:
    """A password for a machine; only characters that need no quoting in a URL."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """256 random bits, base64url: a Fernet key as well as an HMAC or AES key."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


class Keys:
    """The secrets of one bank."""

    def __init__(self, home: Home) -> None:
        """Nothing is read or made until it is asked for."""
        self._directory = home.keys

    def superuser_password(self) -> str:
        """Of the embedded PostgreSQL's superuser."""
        return self._get("postgres", "superuser_password", new_password)

    def database_password(self, database: str) -> str:
        """Of the role that owns this database."""
        return self._get("postgres", f"{database}_password", new_password)

    def database_superuser_password(self, service: str) -> str:
        """Of the superuser of a PostgreSQL that is one service's alone (containers)."""
        return self._get("postgres", f"{service}_superuser_password", new_password)

    def broker_password(self) -> str:
        """Of the one user of RabbitMQ (containers)."""
        return self._get("broker", "password", new_password)

    def client_secret(self, service: str) -> str:
        """What a service proves itself with when it asks identity for a service token."""
        return self._get(service, "client_secret", new_password)

    def client_secret_hashes(self) -> dict[str, str]:
        """What identity checks those against: service -> SHA-256, hexadecimal."""
        return {
            s.name: hashlib.sha256(self.client_secret(s.name).encode()).hexdigest() for s in topology.SERVICES
        }

    def secret_key(self, service: str) -> str:
        """Django's SECRET_KEY."""
        return self._get(service, "secret_key", new_password)

    def encryption_key(self, service: str) -> str:
        """The Fernet key of a service that encrypts at rest."""
        return self._get(service, "encryption_key", new_key)

    def account_key(self, purpose: str) -> str:
        """One of account's own keys, by purpose (ACCOUNT_KEYS)."""
        return self._get("account", f"{purpose}_key", new_key)

    def make_all(self) -> None:
        """Make what is missing, so that a running bank finds every key in place."""
        self.superuser_password()
        self.database_password(topology.BROKER_DATABASE)
        for service in topology.SERVICES:
            self.database_password(service.database)
            self.client_secret(service.name)
            self.secret_key(service.name)
        for name in ENCRYPTS:
            self.encryption_key(name)
        for purpose in ACCOUNT_KEYS:
            self.account_key(purpose)

    def _get(self, folder: str, name: str, make: Callable[[], str]) -> str:
        path = self._directory / folder / name
        try:
            return path.read_text().strip()
        except PermissionError:
            msg = f"{path} belongs to another user; run this as whoever runs the bank."
            raise CannotRun(msg) from None
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _write_once(path, make())


def _write_once(path: Path, secret: str) -> str:
    """Write durably or not at all; whoever was first wins."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        partial.unlink()
    return secret
