"""Account over a real database: its books, posted to by the real writer."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict

from arhan.account.cards.spending import Spending
from arhan.account.domain.book import AccountState, HoldState
from arhan.account.service.bank import open_bank_accounts
from arhan.account.service.posting import Writer
from arhan.contracts.account import (
    CaptureCommand,
    Entry,
    HoldCommand,
    MovementCommand,
    ReleaseCommand,
)
from tests import postgres
from tests.unit.account.books import START, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.account.cards.rules import CardState
    from arhan.contracts.account import Command, Outcome, PinProof

PIN_KEY = "a PIN key of the tests"
_numbers = count(1)

_OPEN = """
INSERT INTO account (id, customer, currency, name, status, status_reason, status_changed_by,
                     status_changed_at, opened_at)
VALUES (%(id)s, 'usr_test', %(currency)s, %(id)s, 'active', '', '', %(now)s, %(now)s)
"""
_BALANCE = """
INSERT INTO balance (account, currency, ledger_account, balance, held, floor, sequence,
                     may_debit, may_credit, closed, pin_version)
VALUES (%(id)s, %(currency)s, '2010', 0, 0, %(floor)s, 0, true, true, false, 1)
"""
_STATES = """
SELECT account, currency, ledger_account, balance, held, floor, sequence, may_debit, may_credit,
       closed, pin_version, tier, payment_limit, day_limit, month_limit, spent_on, spent_day, spent_month,
       spender
FROM balance WHERE starts_with(account, %s)
"""
_HOLDS = """
SELECT id, account, currency, remaining, status, placed_at, expires_at, amount, counted_on, card
FROM hold WHERE starts_with(id, %s)
"""
_CARD = """
INSERT INTO card (id, account, customer, kind, variant, bin, last4, expires_on, name, state, reason, changed_by,
                  changed_at, issued_at, number_ciphertext, key_id, number_index, controls, bank_controls)
VALUES (%(id)s, %(account)s, 'usr_test', 'virtual', %(variant)s, '222399', '0000', %(expires_on)s, '', %(state)s,
        %(reason)s, '', %(now)s, %(now)s, '', '', %(index)s, %(controls)s, %(bank_controls)s)
"""
_CARD_SPENDING = """
INSERT INTO card_spending (card, merchant, day, day_amount, day_count, week, week_amount, week_count, month,
                           month_amount, month_count, ever, ever_amount, ever_count)
VALUES (%(id)s, '', '2000-01-01', 0, 0, '2000-01-01', 0, 0, '2000-01-01', 0, 0, '2000-01-01', 0, 0)
"""
_SPENDING = f"SELECT {', '.join(Spending.__struct_fields__)} FROM card_spending WHERE starts_with(card, %s)"  # noqa: S608 - our own words
_OUTFLOWS = "SELECT customer, amount FROM outflow WHERE starts_with(customer, %s)"
_ENTRIES = """
SELECT e.account, b.ledger_account, e.side, e.amount, e.sequence, e.balance_after
FROM entry e JOIN balance b ON b.account = e.account
WHERE starts_with(e.account, %s) ORDER BY e.account, e.sequence
"""


@contextmanager
def migrated_database() -> Iterator[dict[str, str]]:
    """Environment of account's processes over a database with its tables and the bank's accounts."""
    with postgres.running(migrated=True) as databases:
        told = {
            "DATABASE_URL": databases.url("account"),
            "TEST_SUPERUSER_URL": databases.superuser_url("account"),
            "CELERY_BROKER_URL": databases.broker_url,
            "SECRET_KEY": "a secret key of the tests",
            "ARHAN_PIN_KEY": PIN_KEY,
            "DJANGO_SETTINGS_MODULE": "arhan.account.settings",
        }
        environment = {n: v for n, v in os.environ.items() if not n.startswith("ARHAN_")} | told
        with psycopg.connect(told["DATABASE_URL"], autocommit=True) as connection:
            open_bank_accounts(connection)
        yield environment


@contextmanager
def another_database(
    environment: dict[str, str], *, name: str, until: str = "", told: str = ""
) -> Iterator[dict[str, str]]:
    """A second database on the same server, with its tables and the bank's accounts.

    `until` is a program that makes an older bank's instead, with the word it is told.
    """
    owner = conninfo_to_dict(environment["DATABASE_URL"])["user"]
    with psycopg.connect(environment["TEST_SUPERUSER_URL"], autocommit=True) as superuser:
        superuser.execute(f'CREATE DATABASE "{name}" OWNER "{owner}"'.encode())
    theirs = environment | {"DATABASE_URL": _other(environment["DATABASE_URL"], name)}
    theirs["TEST_SUPERUSER_URL"] = _other(environment["TEST_SUPERUSER_URL"], name)
    if until:
        subprocess.run([sys.executable, "-c", until, told], env=theirs, check=True)
        yield theirs
        return
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"]
    subprocess.run(command, env=theirs, check=True)
    with psycopg.connect(theirs["DATABASE_URL"], autocommit=True) as connection:
        open_bank_accounts(connection)
    yield theirs


def _other(url: str, name: str) -> str:
    """The same server's database of that name."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@dataclass
class StoredBooks:
    """Books in a database, moved by the real writer. Several share one: each has names of its own."""

    url: str
    now: datetime = START
    prefix: str = field(default_factory=lambda: f"t{next(_numbers)}-")
    writer: Writer = field(init=False)
    database: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(self.url, now=lambda: self.now)
        self.database = psycopg.connect(self.url, autocommit=True)

    def close(self) -> None:
        self.writer.close()
        self.database.close()

    def open_account(self, name: str, *, currency: str = "NGN", floor: int | None = 0) -> None:
        row = {"id": self.prefix + name, "currency": currency, "floor": floor, "now": self.now}
        with self.database.transaction():
            self.database.execute(_OPEN, row)
            self.database.execute(_BALANCE, row)

    def set_account(self, name: str, *, field: str, value: object) -> None:
        query = f"UPDATE balance SET {field} = %s WHERE account = %s"  # noqa: S608 - our own words
        self.database.execute(query.encode(), (value, self.prefix + name))

    def join(self, customer: str, names: Sequence[str]) -> None:
        for name in names:
            self.set_account(name, field="spender", value=self.prefix + customer)
        query = (
            "INSERT INTO outflow (customer, currency, day, amount)"
            " SELECT DISTINCT spender, currency, %s::date, 0 FROM balance WHERE spender = %s"
        )
        self.database.execute(query, (START.date(), self.prefix + customer))

    def issue_card(self, card: CardState) -> None:
        row = {
            "id": self.prefix + card.id,
            "account": self.prefix + card.account,
            "state": card.state,
            "reason": card.reason,
            "expires_on": card.expires_on,
            "variant": card.variant,
            "controls": card.controls,
            "bank_controls": card.bank_controls,
            "index": (self.prefix + card.id).encode(),
            "now": self.now,
        }
        with self.database.transaction():
            self.database.execute(_CARD, row)
            self.database.execute(_CARD_SPENDING, row)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def post(self, commands: Sequence[Command]) -> list[Outcome]:
        outcomes = self.writer.post([self.renamed(command) for command in commands])
        return [msgspec.structs.replace(o, id=self.plain(o.id)) for o in outcomes]

    def snapshot(self) -> Snapshot:
        states = [AccountState(*row) for row in self._rows(_STATES)]
        holds = [HoldState(*row) for row in self._rows(_HOLDS)]
        for state in states:
            state.id = self.plain(state.id)
            state.spender = state.spender and self.plain(state.spender)
        for hold in holds:
            hold.id, hold.account = self.plain(hold.id), self.plain(hold.account)
            hold.card = self.plain(hold.card)
        entries: dict[str, list[Entry]] = {state.id: [] for state in states}
        for account, ledger_account, side, amount, sequence, balance_after in self._rows(_ENTRIES):
            entry = Entry(
                account=self.plain(account),
                ledger_account=ledger_account,
                side=side,
                amount=amount,
                sequence=sequence,
                balance_after=balance_after,
            )
            entries[entry.account].append(entry)
        posted = self._rows("SELECT id FROM movement WHERE starts_with(id, %s)")
        spending = [Spending(*row) for row in self._rows(_SPENDING)]
        for spent in spending:
            spent.card, spent.merchant = self.plain(spent.card), self.plain(spent.merchant)
        return Snapshot(
            {state.id: state for state in states},
            {hold.id: hold for hold in holds},
            entries,
            frozenset(self.plain(id_) for (id_,) in posted),
            {spent.card: spent for spent in spending},
            {self.plain(customer): amount for customer, amount in self._rows(_OUTFLOWS)},
        )

    def renamed(self, command: Command) -> Command:
        """The command with every id in it put among this book's own."""
        changes: dict[str, Any] = {"id": self.prefix + command.id}
        if isinstance(command, (MovementCommand, CaptureCommand)):
            changes["postings"] = [
                msgspec.structs.replace(p, account=self.prefix + p.account) for p in command.postings
            ]
        if isinstance(command, (MovementCommand, HoldCommand)):
            changes["pin_proof"] = self._proof(command.pin_proof)
        if isinstance(command, MovementCommand) and command.reverses:
            changes["reverses"] = self.prefix + command.reverses
        if isinstance(command, HoldCommand):
            changes["account"] = self.prefix + command.account
        if isinstance(command, (MovementCommand, HoldCommand)) and command.card:
            changes["card"] = msgspec.structs.replace(command.card, card=self.prefix + command.card.card)
        if isinstance(command, (CaptureCommand, ReleaseCommand)):
            changes["hold"] = self.prefix + command.hold
        return msgspec.structs.replace(command, **changes)

    def _proof(self, proof: PinProof | None) -> PinProof | None:
        return proof and msgspec.structs.replace(proof, account=self.prefix + proof.account)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query.encode(), (self.prefix,)).fetchall()

    def plain(self, name: str) -> str:
        """An id as the test knows it."""
        return name.removeprefix(self.prefix)
