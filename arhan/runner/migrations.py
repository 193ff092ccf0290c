"""Whether a service's tables are up to date, known without loading Django.

What was migrated last is remembered as the comment of the database itself, so that it goes
wherever the data goes: a restored backup that is older is migrated again.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

import arhan
from arhan import topology

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from arhan.runner.postgres import Server

PACKAGE = Path(arhan.__path__[0])
SHARED = "kernel"


def fingerprint(service: topology.Service) -> str:
    """What a service's tables are made from: its migrations, their SQL, the kernel's, and Django."""
    found = hashlib.sha256(version("django").encode())
    for path in _sources(service):
        found.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return f"arhan migrations {found.hexdigest()}"


def outdated(server: Server, services: Iterable[topology.Service]) -> list[topology.Service]:
    """The services whose tables differ from what their code wants."""
    query = "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
    with psycopg.connect(server.superuser_url()) as superuser:
        recorded: dict[str, str | None] = dict(superuser.execute(query).fetchall())
    return [s for s in services if recorded.get(s.database) != fingerprint(s)]


def record(server: Server, service: topology.Service) -> None:
    """Remember that a service's tables are up to date."""
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    with psycopg.connect(server.superuser_url()) as superuser:
        superuser.execute(
            statement.format(sql.Identifier(service.database), sql.Literal(fingerprint(service)))
        )


def _sources(service: topology.Service) -> Iterator[Path]:
    for package in (SHARED, service.name):
        yield from sorted((PACKAGE / package / "migrations").glob("*.py"))
        yield from sorted((PACKAGE / package / "sql").glob("**/*.sql"))
