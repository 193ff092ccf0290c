"""One database and one role per service, and the queue's: nobody can connect to another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from pgmq.install import get_embedded_install_sql
from psycopg import sql

from arhan import topology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.runner.keys import Keys
    from arhan.runner.postgres import Server

SHARED_DATABASES = ("postgres", "template1")
"""Databases of the server itself; closed to the services where the server is ours."""


def names() -> Iterator[str]:
    """Every database; its role has the same name."""
    yield from (service.database for service in topology.SERVICES)
    yield topology.BROKER_DATABASE


def prepare(server: Server, keys: Keys, *, embedded: bool) -> None:
    """Make roles and databases that are missing; passwords always follow the keys on disk."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as superuser:
        roles = _column(superuser, "SELECT rolname FROM pg_roles")
        databases = _column(superuser, "SELECT datname FROM pg_database")
        for name in names():
            _make_role(superuser, name, keys.database_password(name), exists=name in roles)
            if name not in databases:
                superuser.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
            _close_to_others(superuser, name)
        for name in SHARED_DATABASES if embedded else ():
            _close_to_others(superuser, name)
    _install_queue(broker_url(server, keys, scheme="postgresql"))


def service_url(server: Server, keys: Keys, service: topology.Service) -> str:
    """DATABASE_URL of a service."""
    name = service.database
    return server.url(name, role=name, password=keys.database_password(name))


def broker_url(server: Server, keys: Keys, *, scheme: str = "pgmq") -> str:
    """CELERY_BROKER_URL of the embedded broker."""
    name = topology.BROKER_DATABASE
    return server.url(name, role=name, password=keys.database_password(name), scheme=scheme)


def _make_role(superuser: psycopg.Connection[Any], name: str, password: str, *, exists: bool) -> None:
    """The password travels hashed, so that no log or statistics view ever shows it."""
    verifier = superuser.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    verb = "ALTER" if exists else "CREATE"
    statement = sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
    superuser.execute(statement.format(sql.Identifier(name), sql.Literal(verifier.decode())))


def _close_to_others(superuser: psycopg.Connection[Any], database: str) -> None:
    statement = sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC")
    superuser.execute(statement.format(sql.Identifier(database)))


def _install_queue(url: str) -> None:
    """Install pgmq from the SQL its client brings: plain tables and functions, no extension."""
    with psycopg.connect(url) as broker:
        if not broker.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'pgmq'").fetchone():
            broker.execute(get_embedded_install_sql().encode())


def _column(database: psycopg.Connection[Any], query: str) -> set[str]:
    return {row[0] for row in database.execute(query.encode())}
