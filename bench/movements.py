"""Movements a second through the posting engine's own writer, in batches of 1,000.

A PostgreSQL of its own, with the bank's settings, thrown away afterwards; 10,000 customers' accounts,
funded by movements like any other. What is measured is `Writer.post`: lock, decide, write movements,
entries, balances and events, commit, durable. First between random accounts, then all of them into
one hot account. pgbench runs on the same server before each round, so that a slow or a busy machine
slows both. Nobody relays the events meanwhile: they wait in the outbox, and the ledger's lag is not
part of this workload.
"""

from __future__ import annotations

import gc
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from arhan.account.movements import credit, debit, transfer
from arhan.account.service.posting import Writer
from arhan.contracts.account import MovementCommand
from arhan.contracts.chart import bank_account
from arhan.kernel import clock
from arhan.kernel.ids import new_id
from arhan.kernel.money import Money
from bench.pgbench import measure_tpc_b
from tests.account_house import migrated_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from arhan.contracts.account import Command

DESCRIPTION = "Movements a second by the posting engine's writer, in batches of 1,000."

ACCOUNTS = 10_000
BATCH = 1_000
ROUNDS, QUICK_ROUNDS = 4, 1
BATCHES, QUICK_BATCHES = 60, 20
"""Of each kind in each round."""
PGBENCH_SECONDS, QUICK_PGBENCH_SECONDS = 5, 3
OPENING_DEPOSIT = 100_000_000
FUNDED_AT_ONCE = 500
CURRENCY = "NGN"
AMOUNT = Money(100, CURRENCY)
WANTED_RATIO = 5.0
WANTED_HOT_SHARE = 0.8

_ACCOUNTS = (
    "COPY account (id, number, customer, product, currency, name, status, status_reason, status_changed_by,"
    " status_changed_at, opened_at) FROM STDIN"
)
_BALANCES = (
    "COPY balance (account, currency, ledger_account, balance, held, floor, sequence, may_debit, may_credit,"
    " closed, pin_version) FROM STDIN"
)


@dataclass
class Stretch:
    """Batches of one kind, posted and timed."""

    seconds: list[float] = field(default_factory=list)
    """Of each batch."""
    errors: int = 0

    def post(self, writer: Writer, batches: list[list[Command]]) -> None:
        """Post them one after another, as the engine's one writer does."""
        for batch in batches:
            began = time.perf_counter()
            outcomes = writer.post(batch)
            self.seconds.append(time.perf_counter() - began)
            self.errors += sum(outcome.status != "posted" for outcome in outcomes)

    @property
    def per_s(self) -> float:
        """Movements a second over all batches."""
        return len(self.seconds) * BATCH / sum(self.seconds)

    def describe(self) -> dict[str, Any]:
        """As it stands in the result."""
        ordered = sorted(self.seconds)
        return {
            "movements_per_s": round(self.per_s, 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
            "errors": self.errors,
        }


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether it is what the bank promises."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    say("starting a PostgreSQL of our own ...")
    with migrated_database() as environment:
        url = environment["DATABASE_URL"]
        say(f"opening and funding {ACCOUNTS:,} accounts ...")
        accounts = _seed(url)
        spread, hot, tps = Stretch(), Stretch(), []
        with Writer(url) as writer:
            writer.post(_batches(accounts, 1)[0])  # connect, and let the statements be prepared
            for number in range(1, rounds + 1):
                say(f"round {number} of {rounds}: pgbench TPC-B ...")
                server = environment["TEST_SUPERUSER_URL"]
                seconds = QUICK_PGBENCH_SECONDS if quick else PGBENCH_SECONDS
                tps.append(measure_tpc_b(server, seconds=seconds))
                say(f"round {number} of {rounds}: movements ...")
                count = QUICK_BATCHES if quick else BATCHES
                _measure(spread, writer, _batches(accounts, count))
                _measure(hot, writer, _batches(accounts, count, payee=accounts[0]))
        conserved = _is_conserved(url)
    mean = sum(run.tps for run in tps) / len(tps)
    ratio, share = spread.per_s / mean, hot.per_s / spread.per_s
    errors = spread.errors + hot.errors
    return {
        **spread.describe(),
        "hot_account": hot.describe(),
        "hot_share": round(share, 3),
        "wanted_hot_share": WANTED_HOT_SHARE,
        "batch": BATCH,
        "accounts": ACCOUNTS,
        "ledger_lag_s": None,
        "pgbench_tpc_b": {"runs": [run.describe() for run in tps], "mean_tps": round(mean, 1)},
        "ratio": round(ratio, 3),
        "wanted_ratio": WANTED_RATIO,
        "balances_sum_to_zero": conserved,
        "passed": ratio >= WANTED_RATIO and share >= WANTED_HOT_SHARE and not errors and conserved,
    }


def _measure(stretch: Stretch, writer: Writer, batches: list[list[Command]]) -> None:
    """Commands wait decoded, as in the engine; the collector need not walk through them."""
    gc.collect()
    gc.freeze()
    stretch.post(writer, batches)
    gc.unfreeze()


def _batches(accounts: list[str], count: int, *, payee: str = "") -> list[list[Command]]:
    """Transfers between random accounts, or from random accounts to one."""
    chance = random.Random(count)
    return [[_transfer(chance, accounts, payee) for _ in range(BATCH)] for _ in range(count)]


def _transfer(chance: random.Random, accounts: list[str], hot: str) -> Command:
    payer, payee = chance.sample(accounts, 2)
    if hot and payer == hot:
        payer, payee = payee, payer
    return transfer(
        id=new_id("pay"), payer=payer, payee=hot or payee, amount=AMOUNT, narration="Rent for November"
    )


def _seed(url: str) -> list[str]:
    """Accounts by COPY, their money by movements."""
    accounts = [new_id("acc") for _ in range(ACCOUNTS)]
    now = clock.now()
    with psycopg.connect(url) as database, database.cursor() as cursor:
        with cursor.copy(_ACCOUNTS) as stream:
            for number, id_ in enumerate(accounts):
                row = (id_, str(5_000_000_000 + number), new_id("usr"), "savings", CURRENCY, "A Customer")
                stream.write_row((*row, "active", "", "", now, now))
        with cursor.copy(_BALANCES) as stream:
            for id_ in accounts:
                stream.write_row((id_, CURRENCY, "2010", 0, 0, 0, 0, True, True, False, 1))
    with Writer(url) as writer:
        for start in range(0, ACCOUNTS, FUNDED_AT_ONCE):
            _fund(writer, accounts[start : start + FUNDED_AT_ONCE])
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
    return accounts


def _fund(writer: Writer, accounts: list[str]) -> None:
    """Cash comes in for all of them in one movement."""
    paid_in = debit(bank_account("cash", CURRENCY), OPENING_DEPOSIT * len(accounts))
    legs = [paid_in, *(credit(account, OPENING_DEPOSIT) for account in accounts)]
    (outcome,) = writer.post(
        [MovementCommand(id=new_id("mov"), kind="deposit", currency=CURRENCY, postings=legs)]
    )
    if outcome.status != "posted":
        msg = f"the accounts could not be funded: {outcome.code}"
        raise RuntimeError(msg)


def _is_conserved(url: str) -> bool:
    with psycopg.connect(url) as database:
        row = database.execute("SELECT sum(balance) FROM balance").fetchone()
    return row is not None and row[0] == 0
