"""Decide about payments before any money is touched: lock, read, judge, keep, commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.errors import UniqueViolation

from arhan.fraud.domain.screening import RuleBook, history_keys, is_judged, screen
from arhan.fraud.store import decisions as store
from arhan.fraud.store import rules as rule_store
from arhan.fraud.store.connections import WAIT_S
from arhan.kernel import logging
from arhan.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from arhan.contracts.fraud import Decision, Screening

log = logging.get_logger(__name__)

_ATTEMPTS = 3


class Desk:
    """Where payments are decided: a pool of connections and the rule book as last read."""

    def __init__(self, pool: AsyncConnectionPool[Any], *, clock: Callable[[], datetime] = now) -> None:
        """One per process."""
        self._pool = pool
        self._clock = clock
        self._book = RuleBook(change=-1, active=(), watching=())

    async def decide(self, screenings: Sequence[Screening]) -> list[Decision]:
        """Answers in the order asked; durable when this returns, and the same for every repeat.

        One transaction, serialised by payer (store/locks.py). The retry is for two callers who ask
        about one payment under different payers at the same moment: they share no lock, so one of
        them meets the other's decision only when writing, and reads it on the second attempt.
        """
        if not screenings:
            return []
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._decide(screenings)
            except UniqueViolation:
                log.info("decision_raced", screenings=len(screenings))
        return await self._decide(screenings)

    async def _decide(self, screenings: Sequence[Screening]) -> list[Decision]:
        async with self._pool.connection(timeout=WAIT_S) as connection, connection.transaction():
            await store.lock_payers(connection, screenings)
            memory, change = await store.read_memory(connection, screenings)
            book = await self._rule_book(connection, change)
            answers, made = screen(screenings, memory, book, at=self._clock())
            if not made:
                return answers
            await store.keep_decisions(connection, made)
            judged = {key for d in made if is_judged(d.screening) for key in history_keys(d.screening)}
            if judged:
                await store.save_histories(connection, {key: memory.histories[key] for key in judged})
            if reviewed := [decided for decided in made if decided.outcome == "review"]:
                await store.open_cases(connection, reviewed)
            return answers

    async def _rule_book(self, connection: AsyncConnection[Any], change: int) -> RuleBook:
        """The rules in force; read again only when somebody changed them since."""
        if self._book.change != change:
            self._book = await rule_store.read_rule_book(connection, change)
            log.info("rule_book_read", change=change, active=len(self._book.active))
        return self._book
