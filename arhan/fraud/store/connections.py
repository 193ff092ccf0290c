"""The two kinds of connection this service needs: asyncio for deciding, blocking for everything else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg_pool import ConnectionPool

from arhan.kernel.database import engine_pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Cursor
    from psycopg_pool import AsyncConnectionPool

WAIT_S = 5.0
"""How long a request waits for a free connection before it is told to come back."""
_DECIDING = 4
_OFFICE = 4


def deciding_pool(url: str) -> AsyncConnectionPool[Any]:
    """An unopened pool for the hot path; one connection per batch in flight."""
    return engine_pool(url, application="fraud-decisions", size=_DECIDING)


class Office:
    """Blocking transactions for rules, cases, the feed and the worker; connects when first used."""

    def __init__(self, url: str) -> None:
        """One per process; safe for threads."""
        self._pool: ConnectionPool[Any] = ConnectionPool(
            url,
            min_size=0,
            max_size=_OFFICE,
            open=False,
            kwargs={"application_name": "fraud-office", "autocommit": True},
            check=ConnectionPool.check_connection,
        )

    @contextmanager
    def begin(self) -> Iterator[Cursor[Any]]:
        """One transaction, as a cursor; rolled back if the block raises."""
        self._pool.open()
        with (
            self._pool.connection(timeout=WAIT_S) as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            yield cursor

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()
