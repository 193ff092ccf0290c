"""Payment's desk over a real database, between stand-ins for account and fraud."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from arhan.kernel.database import engine_pool
from arhan.kernel.errors import Refused
from arhan.payment.domain.intents import Intent, Proof, Side
from arhan.payment.domain.orders import Circumstances
from arhan.payment.service.desk import Answered, Desk
from arhan.payment.service.drive import Drive
from arhan.payment.service.parties import Directory
from arhan.payment.service.refunds import payee_of, payer_of
from tests import postgres
from tests.payment_fakes import PIN, Books, Holder, Screener

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from psycopg_pool import AsyncConnectionPool

    from arhan.payment.domain.orders import Order

Result = TypeVar("Result")
_numbers = count(1)


@contextmanager
def migrated_database() -> Iterator[str]:
    """DATABASE_URL of an empty database with payment's tables."""
    with postgres.running(migrated=True) as databases:
        yield databases.url("payment")


def fresh_key() -> str:
    """A key nobody has used."""
    return f"key-{next(_numbers)}"


@dataclass
class House:
    """One engine's desk; several of them over one database are replicas."""

    url: str
    books: Books
    screener: Screener
    runner: asyncio.Runner
    database: psycopg.Connection[Any]
    """A window of the test's own."""
    pool: AsyncConnectionPool[Any] = field(init=False)
    directory: Directory = field(init=False)
    drive: Drive = field(init=False)
    desk: Desk = field(init=False)

    @classmethod
    @contextmanager
    def open(cls, url: str, books: Books, screener: Screener) -> Iterator[House]:
        with asyncio.Runner() as runner, psycopg.connect(url, autocommit=True) as database:
            house = cls(url, books, screener, runner, database)
            runner.run(house._open())
            try:
                yield house
            finally:
                runner.run(house.pool.close())

    async def _open(self) -> None:
        self.pool = engine_pool(self.url, application="payment-test", size=6)
        await self.pool.open()
        self.forget()

    def forget(self) -> None:
        """As after a restart: nothing remembered, nothing under way."""
        self.directory = Directory(self.books)  # type: ignore[arg-type]
        self.drive = self.another_drive()
        self.desk = Desk(pool=self.pool, directory=self.directory, drive=self.drive)

    def another_drive(self) -> Drive:
        """A second engine's, in a race with the first."""
        return Drive(
            pool=self.pool,
            directory=self.directory,
            fraud=self.screener,  # type: ignore[arg-type]
            account=self.books,  # type: ignore[arg-type]
        )

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(coroutine)

    def pay(self, intent: Intent) -> Answered:
        return self.run(self.desk.pay(intent))

    def refused(self, intent: Intent) -> str:
        """The code with which paying is refused."""
        try:
            answered = self.pay(intent)
        except Refused as refused:
            return refused.refusal.code
        return f"not refused, but {answered.order.state}"

    def sweep(self) -> int:
        """Sweep as if every order's time had come."""
        self.execute("UPDATE payment_order SET due_at = now() WHERE state IN ('created', 'screened')")
        return self.run(self.drive.sweep())

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        cursor = self.database.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def state(self, payment: str) -> str:
        ((state,),) = self.execute("SELECT state FROM payment_order WHERE id = %s", payment)
        return str(state)

    def events(self, payment: str) -> list[str]:
        """The types of the events that tell of a payment, in order."""
        rows = self.execute("SELECT type FROM outbox WHERE subject = %s ORDER BY id", payment)
        return [row[0] for row in rows]


def transfer(payer: Holder, payee: Holder, amount: int = 3000, /, **changes: Any) -> Intent:
    """A wish to pay, changed as the test says."""
    wish: dict[str, Any] = {
        "principal": payer.party.customer,
        "route": "POST /v1/transfers",
        "key": fresh_key(),
        "body_hash": f"{payer.party.account} {payee.party.number} {amount}",
        "kind": "transfer",
        "payer": Side(account=payer.party.account),
        "payee": Side(number=payee.party.number),
        "amount": amount,
        "currency": payer.party.currency,
        "initiator": payer.party.customer,
        "proof": Proof(person=payer.party.customer, session="ses_1", pin=PIN),
        "circumstances": Circumstances(session="ses_1"),
    }
    return Intent(**(wish | changes))


def refund(original: Order, amount: int, **changes: Any) -> Intent:
    """A teller's wish to give a payment back."""
    wish: dict[str, Any] = {
        "principal": "usr_tunde",
        "route": f"POST /v1/payments/{original.id}/refund",
        "key": fresh_key(),
        "body_hash": f"{original.id} {amount}",
        "kind": "refund",
        "payer": payee_of(original),
        "payee": payer_of(original),
        "amount": amount,
        "currency": original.currency,
        "initiator": "usr_tunde",
        "refund_of": original.id,
    }
    return Intent(**(wish | changes))
