"""Pages of an account with ten million entries: the first, one from the middle, one near the end.

A PostgreSQL of its own, thrown away afterwards; the account's history is written straight into the
tables. What is measured is one page of 50 as the office reads it, each from another place; searches by
amount, by kind and by text that find nothing, which is the most that a page of one can cost, and all of
a month; and the balance at a moment. Wanted: a deep page costs at most twice the first.
"""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg

from tests.account_house import migrated_database

if TYPE_CHECKING:
    from collections.abc import Callable

DESCRIPTION = "First and deep pages of an account with ten million entries."

ENTRIES, QUICK_ENTRIES = 10_000_000, 200_000
AT_ONCE = 500_000
PAGES = 300
SEARCHES = 50
LOOKED_AT = 20_000
"""Entries that one page of a search looks at, found or not."""
PAGE = 50
WANTED_RATIO = 2.0
ACCOUNT = "acc_bench"
BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
EVERY = timedelta(seconds=30)

_OPEN = """
INSERT INTO account (id, customer, currency, name, status, status_reason, status_changed_by,
                     status_changed_at, opened_at)
VALUES (%(id)s, 'usr_bench', 'NGN', 'Bench', 'active', '', '', now(), now())
"""
_BALANCE = """
INSERT INTO balance (account, currency, ledger_account, balance, held, floor, sequence,
                     may_debit, may_credit, closed, pin_version)
VALUES (%(id)s, 'NGN', '2010', 0, 0, 0, 0, true, true, false, 1)
"""
_MOVEMENTS = """
INSERT INTO movement (id, kind, currency, narration, initiator, booking_date, value_date, posted_at,
                      reverses, hold, fingerprint)
SELECT 'mov_' || lpad(to_hex(n), 26, '0'), 'transfer', 'NGN', 'number ' || n, 'bench',
       (%(begin)s + n * %(every)s)::date, (%(begin)s + n * %(every)s)::date, %(begin)s + n * %(every)s,
       NULL, NULL, ''
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
_ENTRIES = """
INSERT INTO entry (account, sequence, movement, side, amount, balance_after)
SELECT %(id)s, n, 'mov_' || lpad(to_hex(n), 26, '0'), 'credit', 100, n * 100
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether a deep page costs what the first does."""
    count = QUICK_ENTRIES if quick else ENTRIES
    say("starting a PostgreSQL of our own ...")
    with migrated_database() as environment:
        _seed(environment["TEST_SUPERUSER_URL"], count, say)
        os.environ.update(environment)
        import django  # noqa: PLC0415 - the service is imported once it is told where its database is

        django.setup()
        return _measure(count, say)


def _seed(url: str, count: int, say: Callable[[str], None]) -> None:
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")  # one leg only: no movement balances
        database.execute(_OPEN, {"id": ACCOUNT})
        database.execute(_BALANCE, {"id": ACCOUNT})
        for first in range(1, count + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, count)
            say(f"writing entries {first:,} to {last:,} of {count:,} ...")
            numbers = {"id": ACCOUNT, "first": first, "last": last, "begin": BEGIN, "every": EVERY}
            database.execute(_MOVEMENTS, numbers)
            database.execute(_ENTRIES, numbers)
        database.execute("VACUUM ANALYZE movement, entry")


def _measure(count: int, say: Callable[[str], None]) -> dict[str, Any]:
    from arhan.account.service import entries  # noqa: PLC0415 - after django.setup
    from arhan.account.store.entries import Search  # noqa: PLC0415 - after django.setup

    def page(before: int, **more: Any) -> Any:
        return entries.find(Search(account=ACCOUNT, before=before, limit=PAGE, **more))

    chance = random.Random(7)
    places = {"first": count + 1, "middle": count // 2, "deep": PAGE * 40}
    searches: dict[str, dict[str, Any]] = {
        "by_amount": {"least": 101, "most": 101},
        "by_kind": {"kind": "fee"},
        "by_text": {"text": "nothing like it"},
    }
    names = (*places, *searches, "by_period", "searched", "balance")
    times: dict[str, list[float]] = {name: [] for name in names}
    for name, place in places.items():
        page(place + 1)  # so that none begins cold where another does not
        assert page(place)[0][0].sequence == place - 1
        assert name in times
    for number in range(PAGES):
        if number % 50 == 0:
            say(f"reading page {number} of {PAGES} ...")
        for name, place in places.items():
            shift = 0 if name == "first" else chance.randrange(1000)
            times[name].append(_timed(partial(page, place + shift)))
        day = (BEGIN + EVERY * chance.randrange(count)).date()
        until = day + timedelta(days=30)
        times["searched"].append(_timed(partial(page, 2**62, since=day, until=until, text="7777")))
        times["by_period"].append(_timed(partial(page, 2**62, since=day, until=until)))
        if number < SEARCHES:
            for name, wanted in searches.items():
                times[name].append(_timed(partial(page, chance.randrange(LOOKED_AT, count), **wanted)))
        moment = BEGIN + EVERY * chance.randrange(count)
        times["balance"].append(_timed(partial(entries.balance_at_moment, ACCOUNT, moment)))
    medians = {name: sorted(taken)[len(taken) // 2] * 1000 for name, taken in times.items()}
    worst = max(medians["middle"], medians["deep"]) / medians["first"]
    return {
        "entries": count,
        "page": PAGE,
        "pages": PAGES,
        "p50_ms": {name: round(taken, 3) for name, taken in medians.items()},
        "p99_ms": {n: round(sorted(t)[int(len(t) * 0.99)] * 1000, 3) for n, t in times.items()},
        "ratio": round(worst, 3),
        "wanted_ratio": WANTED_RATIO,
        "passed": worst <= WANTED_RATIO,
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
