"""Replacing what services prove themselves with: the new one holds at once, the old one for a while yet.

Each service reads its secret from a file when it asks for a token, so nothing is started anew.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from arhan.identity.service import service_tokens
from arhan.identity.store import audit, keys
from arhan.identity.store import secrets as store
from arhan.kernel import clock
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

FILE = "client_secret"
NEXT = "client_secret.next"


def rotate(service: str, *, directory: Path, overlap: timedelta) -> None:
    """A new secret for a service, in DIRECTORY/<service>/client_secret; the old one holds for the overlap.

    Written down before it holds, and in place before the old one ends: whenever this is interrupted,
    the service can go on asking for tokens, and calling it again finishes what was begun.
    """
    folder = directory / service
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = _next_secret(folder / NEXT)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    now = clock.now()
    with django_transaction():
        keys.lock()
        store.insert(service, [*service_tokens.hashes_of(service), digest], now=now)
        store.retire_others(service, kept=digest, expires_at=now + overlap)
        audit.append(Deed(action="service_secret.rotated", actor="operator", subject=service))
    (folder / NEXT).replace(folder / FILE)


def _next_secret(path: Path) -> str:
    """The secret that was begun, or a new one; on disk before anybody trusts it."""
    if path.exists() and (begun := path.read_text().strip()):
        return begun
    secret = secrets.token_urlsafe(32)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret
