"""A crowd at the counter: many clients, few accounts, every request perhaps sent twice."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.bank import Bank
from tests.people import OPENING_BONUS, Customer, balance_of, check_books, join

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 32
ACCOUNTS = 4
TRANSFERS = 5_000
SENT_TWICE = 0.3
LARGEST = 500


@dataclass
class Tally:
    """What the clients were told."""

    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    change: Counter[str] = field(default_factory=Counter)
    """By account id: what completed payments must have added, in minor units."""
    payments: set[str] = field(default_factory=set)


@pytest.fixture
def bank() -> Iterator[Bank]:
    with Bank.running() as running:
        yield running


async def send(
    http: httpx.AsyncClient, payer: Customer, payee: Customer, amount: int, *, times: int, tally: Tally
) -> None:
    """One intention, `times` requests at once under one key: one payment."""
    headers = payer.headers | {"Idempotency-Key": str(uuid.uuid4())}
    body = payer.transfer(payee, amount)
    requests = [http.post("/api/payment/v1/transfers", json=body, headers=headers) for _ in range(times)]
    answers = await asyncio.gather(*requests)
    finals = [answer for answer in answers if answer.status_code == 201]
    while not finals:
        answer = await http.post("/api/payment/v1/transfers", json=body, headers=headers)
        finals = [answer] if answer.status_code == 201 else []
    told = {(answer.json()["id"], answer.json()["status"]) for answer in finals}
    assert len(told) == 1, told
    for answer in answers:
        assert answer.status_code in {201, 409}, answer.text
    payment, status = told.pop()
    assert payment not in tally.payments
    tally.payments.add(payment)
    tally.statuses[status] += 1
    if status == "completed":
        tally.change[payer.person.account_id] -= amount
        tally.change[payee.person.account_id] += amount
    else:
        tally.codes[str(finals[0].json().get("code"))] += 1


async def crowd(bank: Bank, people: list[Customer]) -> Tally:
    """Every client pays on and on until all transfers are made."""
    tally = Tally()
    left = iter(range(TRANSFERS))

    async def client(number: int) -> None:
        chance = random.Random(number)
        async with httpx.AsyncClient(base_url=bank.gateway, timeout=60) as http:
            for _ in left:
                payer, payee = chance.sample(people, 2)
                times = 2 if chance.random() < SENT_TWICE else 1
                await send(http, payer, payee, chance.randint(1, LARGEST), times=times, tally=tally)

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return tally


def lift_velocity_limits(bank: Bank) -> None:
    """Four accounts pay each other thousands of times; that alone must not stop them here."""
    import psycopg  # noqa: PLC0415 - only here

    with psycopg.connect(bank.superuser_url("fraud"), autocommit=True) as database:
        database.execute("UPDATE rule_version SET state = 'retired' WHERE rule LIKE 'velocity_count%'")
    bank.restart("fraud.office")


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_doubled(bank: Bank) -> None:
    lift_velocity_limits(bank)
    people = join(bank, count=ACCOUNTS)

    tally = asyncio.run(crowd(bank, people))

    assert sum(tally.statuses.values()) == TRANSFERS
    assert set(tally.codes) <= {"insufficient_funds"}, tally.codes
    assert tally.statuses["completed"] > TRANSFERS * 0.9
    for person in people:
        account = person.person.account_id
        assert balance_of(bank, person) == OPENING_BONUS + tally.change[account]
    assert check_books(bank)
