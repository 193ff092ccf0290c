"""Django's PostgreSQL backend, whose statements say in a comment which request they belong to.

A slow query in the server's log, or one that waits for a lock in pg_stat_activity, leads to the
lines of that request, and to its trace (https://google.github.io/sqlcommenter).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base

from arhan.kernel import logging

if TYPE_CHECKING:
    from collections.abc import Callable


def comment() -> str:
    """What goes behind a statement; nothing outside of a request. Both ids are checked when they come in."""
    request_id = logging.request_id()
    if not request_id:
        return ""
    return f" /*request_id='{request_id}',traceparent='{logging.traceparent()}'*/"


def with_comment(
    execute: Callable[..., Any],
    sql: Any,
    params: Any,
    many: bool,  # noqa: FBT001 - Django's signature
    context: Any,
) -> Any:
    """An execute wrapper of Django's."""
    return execute(sql + comment() if isinstance(sql, str) else sql, params, many, context)


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Every statement of every cursor goes through the wrapper."""
        super().__init__(*arguments, **options)
        self.execute_wrappers.append(with_comment)
