"""Django's connection as the posting queries want it: a plain psycopg cursor in the same transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

from arhan.kernel import settings
from arhan.kernel.database import connect

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def posting_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor that binds on the server; use it inside a transaction of Django's."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        yield cursor


@contextmanager
def lasting_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor outside of the request's transaction: what it does stays, even if the request is refused."""
    url = settings.load("account").database_url
    with connect(url, application="account-office") as apart, apart.cursor() as cursor:
        yield cursor
