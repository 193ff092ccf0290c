"""The ledger by itself: its real database, office, worker and commands, between stand-ins for its siblings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import httpx
import msgspec
import psycopg
from psycopg import sql

from arhan.contracts.account import AccountOpened, BalanceLine, Entry, MovementPosted, Side
from arhan.kernel import outbox
from arhan.kernel.clock import now, rfc3339
from arhan.kernel.ids import new_id
from arhan.kernel.inbox import Batch, Inbox
from arhan.kernel.outbox import Event
from arhan.ledger.service.journal import write_down
from tests.bank import eventually
from tests.siblings import Siblings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.kernel.outbox import Fact
    from tests.postgres import Databases

ENCRYPTION_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
TODAY = "2026-11-20"


def _told(database_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "test",
        "ENCRYPTION_KEY": ENCRYPTION_KEY,
        "ARHAN_CLIENT_SECRET": "ledger-secret",
        "ARHAN_HOME": "/nonexistent",
        "ARHAN_SERVICE": "ledger",
    }


def empty(superuser_url: str) -> None:
    """Forget everything a test wrote, which the service itself may not."""
    with psycopg.connect(superuser_url) as database:
        database.execute("SET session_replication_role = replica")
        tables = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        ).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in tables)
        database.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))


@dataclass
class Books:
    """What account knows: numbers entries and running balances as its posting engine does."""

    accounts: dict[str, BalanceLine] = field(default_factory=dict)

    def open(self, name: str, *, customer: str = "", ledger_account: str = "2010") -> AccountOpened:
        """Open an account; the test knows it by name."""
        opened = AccountOpened(
            id=f"acc_{name}",
            number="0123456789",
            customer=customer,
            product="savings",
            currency="NGN",
            ledger_account=ledger_account,
            name=name.title(),
            opened_at=rfc3339(now()),
        )
        self.accounts[opened.id] = BalanceLine(
            account=opened.id, ledger_account=ledger_account, currency="NGN", balance=0, sequence=0
        )
        return opened

    def transfer(self, payer: str, payee: str, amount: int, **particulars: Any) -> MovementPosted:
        """One pays another."""
        return self.move((payer, "debit", amount), (payee, "credit", amount), **particulars)

    def move(self, *legs: tuple[str, Side, int], **particulars: Any) -> MovementPosted:
        """Post any movement."""
        told = {
            "id": new_id("pay"),
            "kind": "transfer",
            "currency": "NGN",
            "narration": "rent",
            "booking_date": TODAY,
            "value_date": TODAY,
            "posted_at": rfc3339(now()),
        } | particulars
        return MovementPosted(entries=[self._post(*leg) for leg in legs], **told)

    def _post(self, name: str, side: Side, amount: int) -> Entry:
        before = self.accounts[f"acc_{name}"]
        balance = before.balance + (amount if side == "credit" else -amount)
        after = msgspec.structs.replace(before, balance=balance, sequence=before.sequence + 1)
        self.accounts[after.account] = after
        return Entry(
            account=after.account,
            ledger_account=after.ledger_account,
            side=side,
            amount=amount,
            sequence=after.sequence,
            balance_after=balance,
        )


@dataclass
class House:
    """One ledger, shared by tests; `clean` makes its books empty for the next."""

    url: str
    superuser_url: str
    account_url: str
    account_superuser_url: str
    broker_url: str
    siblings: Siblings
    stack: ExitStack
    books: Books = field(default_factory=Books)
    test: ExitStack = field(default_factory=ExitStack)
    office: httpx.Client | None = None

    @classmethod
    @contextmanager
    def open(cls, databases: Databases) -> Iterator[Self]:
        """A ledger over migrated databases."""
        account_url = databases.url("account")
        with ExitStack() as stack:
            serving = Siblings.serving(publisher="account", publisher_database=account_url)
            yield cls(
                url=databases.url("ledger"),
                superuser_url=databases.superuser_url("ledger"),
                account_url=account_url,
                account_superuser_url=databases.superuser_url("account"),
                broker_url=databases.broker_url,
                siblings=stack.enter_context(serving),
                stack=stack,
            )

    @contextmanager
    def clean(self) -> Iterator[Self]:
        """Empty books for one test; processes it starts end with it, but for the office."""
        empty(self.superuser_url)
        empty(self.account_superuser_url)
        self.books = Books()
        self.siblings.balances = []
        self.siblings.feed_reads.clear()
        with ExitStack() as self.test:
            yield self

    @contextmanager
    def begin(self) -> Iterator[psycopg.Cursor[Any]]:
        """One transaction in the ledger's database, with the ledger's own role."""
        with (
            closing(psycopg.connect(self.url, autocommit=True)) as database,
            database.transaction(),
            database.cursor() as cursor,
        ):
            yield cursor

    def publish(self, *facts: Fact) -> list[Event]:
        """Account says what happened; the events with their positions."""
        with psycopg.connect(self.account_url) as database, database.cursor() as cursor:
            outbox.publish(cursor, facts)
            documents = outbox.assign_positions(cursor, source="account", limit=len(facts))
        return msgspec.json.decode(msgspec.json.encode(documents), type=list[Event])

    def inbox(self) -> Inbox:
        """The ledger's inbox in this very process, reading account's feed from its database."""

        def feed(*, publisher: str, after: int, limit: int) -> Batch:
            answer = self.siblings.get(
                "/internal/v1/events", {"after": str(after), "limit": str(limit), "types": ""}
            )
            return msgspec.convert(answer, Batch)

        return Inbox(begin=self.begin, apply=write_down, feed=feed)

    def hear(self, *facts: Fact) -> None:
        """Account says what happened, and the ledger writes it down."""
        if facts:
            self.publish(*facts)
        self.inbox().catch_up("account")
        self.siblings.balances = [self.books.accounts[name] for name in sorted(self.books.accounts)]

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the ledger's database."""
        with self.begin() as cursor:
            cursor.execute(query.encode(), values or None)
            return cursor.fetchall()

    def tamper(self, *statements: str) -> None:
        """Change the books as somebody whom no trigger stops."""
        with psycopg.connect(self.superuser_url) as database:
            database.execute("SET session_replication_role = replica")
            for statement in statements:
                database.execute(statement.encode())

    def environment(self) -> dict[str, str]:
        """Of the ledger's processes."""
        told = _told(self.url) | self.siblings.environment() | {"CELERY_BROKER_URL": self.broker_url}
        return os.environ | told

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`arhan …` in the ledger's environment."""
        return subprocess.run(
            [sys.executable, "-m", "arhan", *arguments],
            env=self.environment() | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self, *options: str) -> tuple[int, dict[str, Any]]:
        """`arhan books check --json`: exit status and what it printed."""
        done = self.run("books", "check", "--json", *options)
        assert done.stdout, done.stderr
        return done.returncode, msgspec.json.decode(done.stdout)

    def seal(self, **variables: str) -> None:
        """What the timetable does every few seconds."""
        script = (
            "import django; django.setup();"
            "from arhan.ledger.service.seals import seal_journal; seal_journal()"
        )
        told = {"DJANGO_SETTINGS_MODULE": "arhan.ledger.settings"} | variables
        subprocess.run([sys.executable, "-c", script], env=self.environment() | told, check=True)

    def open_office(self) -> None:
        """Serve the ledger's HTTP side."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        serve = ("arhan.runner.serve", "wsgi", "arhan.ledger.wsgi:application", "--threads", "4")
        self._start(self.stack, *serve, "--port", str(port))
        self.office = self.stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30))
        eventually(self._is_ready, what="the ledger's office")

    def _is_ready(self) -> bool:
        assert self.office is not None
        try:
            return self.office.get("/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    def start(self, module: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a process of the ledger; ended with the test."""
        return self._start(self.test, module, *arguments, **variables)

    def _start(
        self, until: ExitStack, module: str, *arguments: str, **variables: str
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=self.environment() | variables
        )
        until.callback(_end, process)
        return process

    def get(self, path: str, *, role: str = "auditor", subject: str = "", **query: Any) -> httpx.Response:
        """Ask the office as somebody."""
        if self.office is None:
            self.open_office()
        assert self.office is not None
        token = self.siblings.mint.person(role=role, subject=subject)
        return self.office.get(path, params=query, headers={"Authorization": f"Bearer {token}"})


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=60)
