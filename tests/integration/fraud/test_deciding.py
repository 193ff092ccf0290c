"""Deciding over a real database: stored, repeated, raced."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.domain.screening import VALID_FOR, Memory, screen
from arhan.fraud.service.decisions import Desk
from arhan.fraud.store.connections import deciding_pool
from arhan.fraud.store.rules import read_rule_book
from tests.fraud_payments import payment, somebody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

    import psycopg

    from arhan.contracts.fraud import Decision, Screening
    from arhan.fraud.domain.screening import RuleBook

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PER_QUARTER_HOUR = 100
"""Payments the first rule book lets one customer make, whatever their size."""


@asynccontextmanager
async def desks(url: str, count: int = 1, **options: Any) -> AsyncIterator[list[Desk]]:
    """As many deciding processes, each with connections of its own."""
    pools = [deciding_pool(url) for _ in range(count)]
    for pool in pools:
        await pool.open()
    try:
        yield [Desk(pool, **options) for pool in pools]
    finally:
        for pool in pools:
            await pool.close()


def decided(url: str, *screenings: Screening, **options: Any) -> list[Decision]:
    async def ask() -> list[Decision]:
        async with desks(url, **options) as (desk,):
            return await desk.decide(screenings)

    return asyncio.run(ask())


def at_once(work: Callable[[], Coroutine[Any, Any, list[Any]]]) -> list[Any]:
    return asyncio.run(work())


def rows(database: psycopg.Connection[Any], payments: Sequence[str]) -> list[tuple[Any, ...]]:
    return database.execute(
        "SELECT payment, revision, outcome FROM decision WHERE payment = ANY(%s) ORDER BY payment, revision",
        (list(payments),),
    ).fetchall()


def history(database: psycopg.Connection[Any], name: str) -> PayerHistory:
    row = database.execute(
        "SELECT history::text FROM payer_history WHERE customer = %s", (f"usr_{name}",)
    ).fetchone()
    assert row is not None
    return msgspec.json.decode(row[0], type=PayerHistory)


def test_nothing_asked_nothing_answered(database_url: str) -> None:
    assert decided(database_url) == []


def test_a_decision_is_kept_with_everything_it_was_made_from(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    ada = somebody("ada")
    asked = payment(ada, naira=600_000, session="ses_1", address="10.1.2.3", device="phone")
    (answer,) = decided(database_url, asked)
    row = database.execute(
        "SELECT id, outcome, amount, currency, payer_customer, context::text, reasons::text, evidence::text,"
        " extract(epoch FROM expires_at - decided_at) FROM decision WHERE payment = %s",
        (asked.payment,),
    ).fetchone()
    assert row is not None
    assert row[:5] == (answer.id, "step_up", 60_000_000, "NGN", f"usr_{ada}")
    assert msgspec.json.decode(row[5])["address"] == "10.1.2.3"
    assert msgspec.json.decode(row[6])[0]["rule"] == "new_payee_large"
    assert msgspec.json.decode(row[7])["windows"]["24h"]["count"] == 0
    assert row[8] == VALID_FOR.total_seconds()


def test_a_repeat_after_a_restart_gets_the_same_answer(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    asked = payment(somebody("ada"), naira=600_000)
    assert decided(database_url, asked) == decided(database_url, asked)
    assert rows(database, [asked.payment]) == [(asked.payment, 1, "step_up")]


def test_the_same_payment_asked_by_many_at_once_is_decided_once(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    ada = somebody("ada")
    batch = [payment(ada, naira=10) for _ in range(10)]

    async def ask() -> list[list[Decision]]:
        async with desks(database_url, 3) as three:
            return await asyncio.gather(*(three[n % 3].decide(batch) for n in range(12)))

    answers = at_once(ask)

    assert all(answer == answers[0] for answer in answers)
    assert len(rows(database, [each.payment for each in batch])) == 10
    assert sum(bucket.count for bucket in history(database, ada).counters["24h"]) == 10


def test_velocity_cannot_be_raced_past_and_nobody_deadlocks(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    """Three processes, 40 batches in flight, four payers in another order in each: 180 payments apiece."""
    people = [somebody(name) for name in ("ada", "bola", "chidi", "dayo")]
    payments = [payment(person, naira=1.01) for person in people for _ in range(180)]
    Random(3).shuffle(payments)
    batches = [payments[n::40] for n in range(40)]

    async def ask() -> list[list[Decision]]:
        async with desks(database_url, 3, clock=lambda: NOON) as three:
            return await asyncio.gather(*(three[n % 3].decide(batch) for n, batch in enumerate(batches)))

    answers = at_once(ask)

    payer_of = {each.payment: each.payer_customer for each in payments}
    allowed = Counter(
        payer_of[decision.payment] for batch in answers for decision in batch if decision.outcome == "allow"
    )
    assert allowed == {f"usr_{person}": PER_QUARTER_HOUR for person in people}
    for person in people:
        assert history(database, person).within("15m", at=int(NOON.timestamp())).count == 180


def test_one_payment_claimed_by_two_payers_at_once_is_decided_for_one(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    for _ in range(5):
        asked = payment(somebody("ada"), naira=10)
        other = msgspec.structs.replace(asked, payer_customer=f"usr_{somebody('eve')}")

        async def ask(asked: Screening = asked, other: Screening = other) -> list[list[Decision]]:
            async with desks(database_url, 2) as (one, two):
                return list(await asyncio.gather(one.decide([asked]), two.decide([other])))

        outcomes = sorted(decision.outcome for batch in at_once(ask) for decision in batch)
        assert outcomes == ["allow", "decline"]
        assert len(rows(database, [asked.payment])) == 1


def test_an_expired_decision_is_made_anew_and_the_old_one_kept(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    ada = somebody("ada")
    asked = payment(ada, naira=10)
    (first,) = decided(database_url, asked, clock=lambda: NOON)
    (later,) = decided(database_url, asked, clock=lambda: NOON + timedelta(hours=1))
    assert first.id != later.id
    assert rows(database, [asked.payment]) == [(asked.payment, 1, "allow"), (asked.payment, 2, "allow")]
    assert sum(bucket.count for bucket in history(database, ada).counters["24h"]) == 1


def test_review_opens_one_case(database_url: str, database: psycopg.Connection[Any]) -> None:
    asked = payment(somebody("ada"), naira=3_000_000)
    decided(database_url, asked)
    decided(database_url, asked)
    found = database.execute(
        "SELECT c.status, d.outcome FROM fraud_case c JOIN decision d ON d.id = c.decision_id"
        " WHERE c.payment = %s",
        (asked.payment,),
    ).fetchall()
    assert found == [("open", "review")]


def test_what_the_bank_pays_itself_is_kept_without_a_history(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    asked = payment(payer_customer="", payer_account="bank_cash_ngn", kind="deposit", naira=50_000_000)
    (answer,) = decided(database_url, asked)
    assert answer.outcome == "allow"
    assert rows(database, [asked.payment]) == [(asked.payment, 1, "allow")]
    assert not database.execute("SELECT FROM payer_history WHERE customer = 'bank_cash_ngn'").fetchall()


def test_a_stream_decided_here_is_the_stream_replayed_in_memory(
    database_url: str, database: psycopg.Connection[Any]
) -> None:
    """One registry of features: what the database remembers is what a replay of the stream remembers."""
    chance = Random(11)
    people = [somebody(name) for name in ("ada", "bola", "chidi")]
    moments = [NOON + timedelta(minutes=7 * n) for n in range(60)]
    batches = [
        [
            payment(
                chance.choice(people),
                f"payee{chance.randrange(9)}",
                chance.choice([10, 9_999.5, 10_000, 400_000]),
            )
            for _ in range(chance.randrange(1, 12))
        ]
        for _ in moments
    ]

    async def live() -> tuple[list[list[Decision]], RuleBook]:
        clock = iter(moments)
        async with desks(database_url, clock=lambda: next(clock)) as (desk,):
            answers = [await desk.decide(batch) for batch in batches]
            async with desk._pool.connection() as connection:
                return answers, await read_rule_book(connection, 1)

    answers, book = asyncio.run(live())
    memory = Memory()
    replayed = [screen(batch, memory, book, at=at)[0] for batch, at in zip(batches, moments, strict=True)]

    assert [[d.outcome for d in batch] for batch in answers] == [[d.outcome for d in b] for b in replayed]
    assert {d.outcome for batch in answers for d in batch} == {"allow", "step_up", "review", "decline"} - (
        set() if any(d.outcome == "decline" for b in replayed for d in b) else {"decline"}
    )
    for key, expected in memory.histories.items():
        assert history(database, key.customer.removeprefix("usr_")) == expected
