"""Transfers through the front door: gateway, token, key, PIN, screening, posting, settlement, ledger.

A whole bank is started on free ports and a data directory that is thrown away; 10,000 customers are
seeded (people.py); 128 keep-alive clients in a process of their own (load.py) pay, each payment by
the next customer to one of their payees. First every customer pays once, so that every login has proved its
PIN; then the measurement. pgbench runs before and after on the same PostgreSQL, the bank idle.
Everything is on; only the gateway's rate limits are off, because all the load has one address.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import psutil
import psycopg

from arhan.kernel.ids import new_id
from bench.load import Customer, Job, Phase
from bench.people import CURRENCY, seed
from bench.pgbench import measure_tpc_b
from tests.bank import Bank
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.people import Person

DESCRIPTION = "Transfers a second through the gateway, everything on."

CLIENTS = 128
CUSTOMERS, QUICK_CUSTOMERS = 10_000, 1_000
SECONDS, QUICK_SECONDS = 20.0, 5.0
PGBENCH_SECONDS, QUICK_PGBENCH_SECONDS = 10, 3
PAYEES_EACH = 2
TOKEN_LIFE_S = 600
WANTED_RATIO = 0.35
WANTED_LAG_S = 5.0
LAG_LIMIT_S = 120.0
PATH = "/api/payment/v1/transfers"


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether it is what the bank promises."""
    pgbench_s = QUICK_PGBENCH_SECONDS if quick else PGBENCH_SECONDS
    say("starting a bank ...")
    with Bank.running() as bank:
        mint = _mint(bank)
        people = seed(bank, mint, count=QUICK_CUSTOMERS if quick else CUSTOMERS, say=say)
        _wait_for_ledger(bank)
        say("pgbench TPC-B, before ...")
        before = measure_tpc_b(_server_url(bank), seconds=pgbench_s)
        usage = Usage(bank)
        say(f"{CLIENTS} clients pay ...")
        first, measured = _load(_job(bank, mint, people, quick=quick))
        lag_s = _wait_for_ledger(bank)
        processor_us = usage.per(sum(_answers(first)) + sum(_answers(measured)))
        say("pgbench TPC-B, after ...")
        after = measure_tpc_b(_server_url(bank), seconds=pgbench_s)
        balanced = _sum_of_balances(bank) == 0
    tps = (before.tps + after.tps) / 2
    completed = measured["answers"].get("completed", 0)
    rate = completed / measured["seconds"]
    errors = sum(n for name, n in measured["answers"].items() if name.startswith(("HTTP", "connection")))
    return {
        "transfers_per_s": round(rate, 1),
        "p50_ms": round(measured["p50_ms"], 1),
        "p99_ms": round(measured["p99_ms"], 1),
        "completed": completed,
        "not_counted": {name: n for name, n in measured["answers"].items() if name != "completed"},
        "errors": errors,
        "seconds": round(measured["seconds"], 1),
        "first_payments": {
            "transfers_per_s": round(sum(_answers(first)) / first["seconds"], 1),
            "p99_ms": round(first["p99_ms"], 1),
            "answers": first["answers"],
            "note": "every customer's first: new login, PIN proved",
        },
        "ledger_lag_s": round(lag_s, 2),
        "processor_us_per_transfer": processor_us,
        "clients": CLIENTS,
        "customers": len(people),
        "pgbench_tpc_b": {"before": before.describe(), "after": after.describe(), "mean_tps": round(tps, 1)},
        "ratio": round(rate / tps, 3),
        "wanted_ratio": WANTED_RATIO,
        "balances_sum_to_zero": balanced,
        "seeded": "customers in bulk by COPY, opening deposits by the posting engine, tokens signed with"
        " the bank's own key; gateway rate limits off",
        "passed": rate / tps >= WANTED_RATIO and lag_s <= WANTED_LAG_S and not errors and balanced,
    }


def _mint(bank: Bank) -> Mint:
    """Signs as the bank's identity service does, which makes its key when first asked for it."""
    httpx.get(f"{bank.gateway}/api/identity/.well-known/jwks.json", timeout=30).raise_for_status()
    environment = bank.environment("identity")
    return Mint.of(database_url=environment["DATABASE_URL"], encryption_key=environment["ENCRYPTION_KEY"])


def _answers(phase: dict[str, Any]) -> list[int]:
    return list(phase["answers"].values())


def _job(bank: Bank, mint: Mint, people: list[Person], *, quick: bool) -> Job:
    """Everybody pays the same two others each time, as people do."""
    chance = random.Random(0)
    return Job(
        host="127.0.0.1",
        port=bank.port("gateway"),
        path=PATH,
        connections=CLIENTS,
        currency=CURRENCY,
        run=new_id("run"),
        customers=[
            Customer(
                token=mint.person(subject=p.id, life_s=TOKEN_LIFE_S),
                account=p.account,
                pin=p.pin,
                payees=[q.number for q in chance.sample(people, PAYEES_EACH) if q is not p],
            )
            for p in people
        ],
        phases=[
            Phase("every customer pays once", requests=len(people)),
            Phase("measuring", seconds=QUICK_SECONDS if quick else SECONDS),
        ],
    )


def _load(job: Job) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    found: list[dict[str, Any]] = msgspec.json.decode(done.stdout)
    return found


def _wait_for_ledger(bank: Bank) -> float:
    """Seconds until the ledger has applied everything account has said so far."""
    began = time.monotonic()
    with (
        psycopg.connect(bank.database_url("account"), autocommit=True) as account,
        psycopg.connect(bank.database_url("ledger"), autocommit=True) as ledger,
    ):
        while not _is_caught_up(account, ledger):
            if time.monotonic() - began > LAG_LIMIT_S:
                break
            time.sleep(0.05)
    return time.monotonic() - began


def _is_caught_up(account: psycopg.Connection[Any], ledger: psycopg.Connection[Any]) -> bool:
    said = account.execute(
        "SELECT count(*) FILTER (WHERE position IS NULL), coalesce(max(position), 0) FROM outbox"
    ).fetchone()
    heard = ledger.execute("SELECT position FROM inbox_cursor WHERE publisher = 'account'").fetchone()
    return said is not None and heard is not None and said[0] == 0 and heard[0] >= said[1]


def _sum_of_balances(bank: Bank) -> int:
    with psycopg.connect(bank.database_url("account")) as database:
        row = database.execute("SELECT coalesce(sum(balance), 0) FROM balance").fetchone()
    return int(row[0]) if row else -1


def _server_url(bank: Bank) -> str:
    return bank.launcher.site.server.superuser_url()


class Usage:
    """Processor time of each of the bank's processes since the beginning."""

    def __init__(self, bank: Bank) -> None:
        """Begin now."""
        self._bank = bank
        self._began = self._now()

    def per(self, transfers: int) -> dict[str, int]:
        """Microseconds per transfer, by process, the busiest first."""
        spent = {name: now - self._began.get(name, 0.0) for name, now in self._now().items()}
        ordered = sorted(spent.items(), key=lambda item: -item[1])
        return {name: round(1e6 * seconds / transfers) for name, seconds in ordered if seconds > 0.01}

    def _now(self) -> dict[str, float]:
        lives = self._bank.launcher.supervisor.lives
        return {name: _processor_time(life.child.pid) for name, life in lives.items() if life.child}


def _processor_time(pid: int) -> float:
    """Of a process and all it started."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        times = [member.cpu_times() for member in family]
    except psutil.NoSuchProcess:
        return 0.0
    return float(sum(t.user + t.system for t in times))
