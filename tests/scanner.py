"""Looks for card numbers, codes and PINs where they must not be: logs, databases, queues, events.

A card number is a run of 13 to 19 digits, spaced or not, with a right check digit, that begins as this
bank's cards do; or one that the test knows, whatever it looks like. Codes and PINs are too short to be
told from other digits by themselves: they are found as a whole value, or behind a name that says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from arhan.account.cards.number import is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.bank import Bank

ISSUER = "222399"
RUN = re.compile(r"(?<![0-9])(?:[0-9][ -]?){12,18}[0-9](?![0-9])")
NAMED = re.compile(
    r"(?i)\b(cvv|cvc|card_number|card_pin|new_pin|current_pin|pin)\W{1,6}([0-9]{3,19})(?![0-9])"
)
_COLUMNS = """
SELECT c.table_schema, c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1, 2, 3
"""
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "double precision"})
"""Counters and amounts: there a code is told from others only by the column's name."""
_SPEECHLESS = frozenset({"boolean", "date", "timestamp with time zone", "uuid", "inet"})


@dataclass(frozen=True)
class Finding:
    """Something that must not be there."""

    where: str
    what: str


def findings(text: str, *, numbers: Iterable[str] = (), short: Iterable[str] = ()) -> Iterator[str]:
    """What is in a text: card numbers of this bank or that the test knows, codes and PINs."""
    for run in RUN.findall(text):
        digits = re.sub(r"[ -]", "", run)
        if digits.startswith(ISSUER) and is_number(digits):
            yield digits
    yield from (number for number in numbers if number in text)
    yield from (f"{name} {digits}" for name, digits in NAMED.findall(text))
    yield from (
        secret for secret in short if re.search(rf"""(["']){secret}\1|^{secret}$""", text, re.MULTILINE)
    )


def scan_files(folder: Path, **known: Iterable[str]) -> Iterator[Finding]:
    """Every file below a folder, line by line."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open(errors="replace") as file:
            for number, line in enumerate(file, 1):
                yield from (Finding(f"{path.name}:{number}", found) for found in findings(line, **known))


def scan_database(url: str, **known: Iterable[str]) -> Iterator[Finding]:
    """Every column of every table, events and queues among them; bytes as the text they may be."""
    with psycopg.connect(url, autocommit=True) as database:
        for schema, table, column, type_ in database.execute(_COLUMNS).fetchall():
            if type_ in _SPEECHLESS:
                continue
            name = sql.Identifier(column)
            value = sql.SQL("encode({}, 'escape')") if type_ == "bytea" else sql.SQL("{}::text")
            query = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL").format(
                value.format(name), sql.Identifier(schema, table), name
            )
            is_number_column = type_ in _NUMBERS
            for (text,) in database.execute(query):
                said = f"{column} {text}" if is_number_column else text
                for found in findings(said, **known):
                    yield Finding(f"{schema}.{table}.{column}", found)


def scan_bank(bank: Bank, **known: Iterable[str]) -> list[Finding]:
    """All logs, all databases, and with them all queues and events."""
    found = list(scan_files(bank.home.logs, **known))
    with psycopg.connect(bank.superuser_url("account"), autocommit=True) as database:
        rows = database.execute("SELECT datname FROM pg_database WHERE datname LIKE 'arhan%'").fetchall()
    for (name,) in rows:
        url = bank.superuser_url("account").replace("arhan_account", name)
        found += [Finding(f"{name}: {f.where}", f.what) for f in scan_database(url, **known)]
    return found
