"""Looks for card numbers, codes and PINs where they must not be: logs, databases, queues, events.

A card number is a run of 13 to 19 digits, spaced or not, with a right check digit, that begins as this
bank's cards do; or one that the test knows, whatever it looks like. Codes and PINs are too short to be
told from other digits by themselves: they are found as a whole value, or behind a name that says so.

What is written in base64, compressed or not, is opened first: so do events travel through queues.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import amqp
import psycopg
from psycopg import sql

from arhan.account.cards.number import is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.bank import Bank
    from tests.rabbitmq import Broker

ISSUER = "222399"
RUN = re.compile(r"(?<![0-9])(?:[0-9][ -]?){12,18}[0-9](?![0-9])")
PACKED = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
ZLIB = b"\x78"
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
    """What is in a text, or in what it packs: card numbers of this bank or that the test knows, codes and PINs."""
    for part in unpacked(text):
        yield from _findings(part, numbers=numbers, short=short)


def unpacked(text: str, *, layers: int = 3) -> Iterator[str]:
    """The text, and every text packed into it: a message is in a body is in a row."""
    yield text
    if layers:
        for run in PACKED.findall(text):
            if opened := _open(run):
                yield from unpacked(opened, layers=layers - 1)


def _open(run: str) -> str:
    try:
        packed = b64decode(run, validate=True)
        return (zlib.decompress(packed) if packed[:1] == ZLIB else packed).decode()
    except (ValueError, zlib.error):
        return ""


def _findings(text: str, *, numbers: Iterable[str], short: Iterable[str]) -> Iterator[str]:
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


def resting(broker: Broker) -> list[tuple[str, str]]:
    """Every message that rests in a RabbitMQ, with its queue; all are put back."""
    names = [
        line.split()[0]
        for line in broker.control("-q", "list_queues", "name", "--no-table-headers").splitlines()
    ]
    found = []
    with amqp.Connection(f"{broker.address}:{broker.port}") as connection:
        channel = connection.channel()
        for name in names:
            while (message := channel.basic_get(name)) is not None:
                body = (
                    message.body if isinstance(message.body, str) else message.body.decode(errors="replace")
                )
                found.append((name, f"{message.headers} {body}"))
    return found


def scan_broker(broker: Broker, **known: Iterable[str]) -> list[Finding]:
    """A RabbitMQ: messages at rest, its logs, and everything in its data directory."""
    found = [
        Finding(f"queue {name}", what) for name, text in resting(broker) for what in findings(text, **known)
    ]
    return [*found, *scan_files(Path(broker.options["cwd"]), **known)]
