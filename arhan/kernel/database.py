"""From DATABASE_URL to connections: Django's for offices and workers, psycopg pools for engines."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit
from weakref import WeakKeyDictionary

import psycopg
from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from collections.abc import Iterator


FRESH_FOR_S = 1.0
"""A pooled connection used within this time is taken to be alive; a question costs a round trip."""


def django_database(url: str, *, application: str) -> dict[str, Any]:
    """The DATABASES entry of a URL: TCP, or a Unix socket given as `?host=/dir`."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "arhan.kernel.commented",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": application, **query},
    }


def engine_pool(url: str, *, application: str, size: int) -> AsyncConnectionPool[Any]:
    """An unopened pool of asyncio connections in autocommit mode, `size` at most."""
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        kwargs={"application_name": application, "autocommit": True},
        check=_check_unless_fresh,
    )


_checked_at: WeakKeyDictionary[psycopg.AsyncConnection[Any], float] = WeakKeyDictionary()


async def _check_unless_fresh(connection: psycopg.AsyncConnection[Any]) -> None:
    """Ask whether the connection still lives, unless it was used a moment ago; raises if it is dead."""
    now = time.monotonic()
    if now - _checked_at.get(connection, 0.0) > FRESH_FOR_S:
        await AsyncConnectionPool.check_connection(connection)
    _checked_at[connection] = now


def connect(url: str, *, application: str) -> psycopg.Connection[Any]:
    """One blocking connection in autocommit mode, for relays and commands."""
    return psycopg.connect(url, application_name=application, autocommit=True)


@contextmanager
def django_transaction() -> Iterator[Any]:
    """One transaction on Django's connection, as a cursor; rolled back if the block raises."""
    from django.db import connection, transaction  # noqa: PLC0415 - engines never import Django

    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor


def refresh_django_connections() -> None:
    """Before a task: drop Django's connection if it broke, and let the next query prove that it lives.

    Offices need not, Django does it before each request. Nothing happens where Django is not used.
    """
    if django_database_module := sys.modules.get("django.db"):
        django_database_module.close_old_connections()
