"""Many rows into one table: a binary COPY when there are many, one INSERT when there are few.

A COPY is cheapest per row, but it needs the connection for itself. An INSERT of rows sent as JSON
travels in a pipeline with the other statements of a small batch, which saves eight round trips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from psycopg.pq import PipelineStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_encode = msgspec.json.Encoder().encode


class Table:
    """A table as rows are written to it: the columns in their order, and their types."""

    def __init__(self, name: str, columns: Mapping[str, str]) -> None:
        """`columns` are name -> type; what is left out has a default."""
        names = ", ".join(columns)
        typed = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
        self._columns = tuple(columns)
        self._types = list(columns.values())
        self._copy = f"COPY {name} ({names}) FROM STDIN (FORMAT BINARY)".encode()
        self._insert = (
            f"INSERT INTO {name} ({names}) SELECT * FROM json_to_recordset(%s::json) AS fresh ({typed})"  # noqa: S608 - our own words
        ).encode()

    def write(self, connection: psycopg.Connection[Any], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write the rows in the caller's transaction."""
        if not rows:
            return
        cursor = psycopg.Cursor(connection)
        if connection.info.pipeline_status is PipelineStatus.ON:
            cursor.execute(self._insert, (self._as_json(rows),))
            return
        with cursor.copy(self._copy) as copy:
            copy.set_types(self._types)
            for row in rows:
                copy.write_row(row)

    def _as_json(self, rows: Sequence[tuple[Any, ...]]) -> str:
        return _encode([dict(zip(self._columns, map(_as_text, row), strict=True)) for row in rows]).decode()


def _as_text(value: object) -> object:
    """Bytes in PostgreSQL's notation; everything else is JSON already."""
    return "\\x" + value.hex() if isinstance(value, bytes) else value
