"""Ten thousand customers, seeded in bulk: accounts and PINs by COPY, their money by the posting engine.

Opening them one by one through the public API would take longer than the measurement. What is
written is what the account service writes when it opens an account: account, balance, PIN verifier
and event; then every account gets an opening deposit as a movement like any other, so that the
books balance and the ledger hears of all of it. Logins are tokens signed with the bank's own key.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import psycopg

from arhan.account.domain import nuban, pins
from arhan.contracts.account import (
    AccountOpened,
    Command,
    Commands,
    MovementCommand,
    Outcomes,
    Posting,
)
from arhan.contracts.chart import bank_account
from arhan.kernel import clock, outbox
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.bank import Bank
    from tests.tokens import Mint

CURRENCY = "NGN"
PRODUCT, LEDGER_ACCOUNT = "current", "2020"
FIRST_SERIAL = 500_000_000
"""Far above the numbers the bank gives out by itself."""
OPENING_DEPOSIT = 100_000_000
"""One million naira, in kobo."""
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with an account."""

    id: str
    account: str
    number: str
    pin: str


def seed(bank: Bank, mint: Mint, *, count: int, say: Callable[[str], None]) -> list[Person]:
    """Open `count` accounts and fund them."""
    code = os.environ.get("ARHAN_BANK_CODE", "") or "999"
    people = [
        Person(
            id=new_id("usr"),
            account=new_id("acc"),
            number=nuban.account_number(bank=code, serial=FIRST_SERIAL + n),
            pin=f"{n % 10_000:04d}",
        )
        for n in range(count)
    ]
    say(f"seeding {count:,} customers in bulk (COPY into the account service's database) ...")
    now = clock.now()
    with psycopg.connect(bank.database_url("account")) as database, database.cursor() as cursor:
        _copy_accounts(cursor, people, now=now)
        _copy_balances(cursor, people)
        _copy_pins(cursor, people, key=bank.environment("account")["ARHAN_PIN_KEY"].encode())
        _copy_events(cursor, people, now=now)
        for table in ("account", "balance", "pin_verifier"):
            cursor.execute(f"ANALYZE {table}".encode())
    say("funding them through the posting engine ...")
    _fund(bank, mint, people)
    return people


def _copy_accounts(cursor: psycopg.Cursor[Any], people: list[Person], *, now: datetime) -> None:
    columns = (
        "id, number, customer, product, currency, name, status, status_reason, status_changed_by,"
        " status_changed_at, opened_at"
    )
    with cursor.copy(f"COPY account ({columns}) FROM STDIN".encode()) as stream:
        for n, p in enumerate(people):
            name = f"Customer Number{n}"
            stream.write_row((p.account, p.number, p.id, PRODUCT, CURRENCY, name, "active", "", "", now, now))


def _copy_balances(cursor: psycopg.Cursor[Any], people: list[Person]) -> None:
    columns = (
        "account, currency, ledger_account, balance, held, floor, sequence, may_debit, may_credit,"
        " closed, pin_version"
    )
    with cursor.copy(f"COPY balance ({columns}) FROM STDIN".encode()) as stream:
        for p in people:
            stream.write_row((p.account, CURRENCY, LEDGER_ACCOUNT, 0, 0, 0, 0, True, True, False, 1))


def _copy_pins(cursor: psycopg.Cursor[Any], people: list[Person], *, key: bytes) -> None:
    columns = "account, salt, iterations, verifier, version, tries_left"
    with cursor.copy(f"COPY pin_verifier ({columns}) FROM STDIN".encode()) as stream:
        for p in people:
            salt = os.urandom(pins.SALT_BYTES)
            sealed = pins.seal(key=key, account=p.account, pin=p.pin)
            verifier = pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS)
            stream.write_row((p.account, salt, pins.ITERATIONS, verifier, 1, pins.TRIES))


def _copy_events(cursor: psycopg.Cursor[Any], people: list[Person], *, now: datetime) -> None:
    facts = [
        AccountOpened(
            id=p.account,
            number=p.number,
            customer=p.id,
            product=PRODUCT,
            currency=CURRENCY,
            ledger_account=LEDGER_ACCOUNT,
            name=f"Customer Number{n}",
            opened_at=clock.rfc3339(now),
        )
        for n, p in enumerate(people)
    ]
    columns = "event_id, type, subject, event_at, traceparent, data"
    with cursor.copy(f"COPY outbox ({columns}) FROM STDIN".encode()) as stream:
        for row in outbox.rows(facts, event_at=now):
            stream.write_row(row)


def _fund(bank: Bank, mint: Mint, people: list[Person]) -> None:
    token = mint.service("payment", audience="account", scopes=("account:move",))
    with httpx.Client(base_url=bank.url("account.engine"), timeout=60) as http:
        for start in range(0, len(people), AT_ONCE):
            commands: list[Command] = [_deposit(p) for p in people[start : start + AT_ONCE]]
            answer = http.post(
                "/internal/v1/movements",
                content=msgspec.json.encode(Commands(movements=commands)),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            ).raise_for_status()
            outcomes = msgspec.json.decode(answer.content, type=Outcomes).outcomes
            assert all(outcome.status == "posted" for outcome in outcomes), outcomes[0]


def _deposit(person: Person) -> MovementCommand:
    return MovementCommand(
        id=new_id("mov"),
        kind="deposit",
        currency=CURRENCY,
        postings=[
            Posting(bank_account("cash", CURRENCY), "debit", OPENING_DEPOSIT),
            Posting(person.account, "credit", OPENING_DEPOSIT),
        ],
        narration="opening deposit",
        initiator="bench",
    )
