"""Transfers through the front door: gateway, token, key, PIN, screening, posting, settlement, ledger.

A whole bank is started on free ports and a data directory that is thrown away; 10,000 customers are
seeded (people.py); 128 keep-alive clients in a process of their own (load.py) pay, each payment by
the next customer to one of their payees. First every customer pays once, so that every login has
proved its PIN; then rounds of transfers and rounds of pgbench's TPC-B on the same PostgreSQL take
turns, so that a noisy neighbour disturbs both alike. Everything is on; only the gateway's rate
limits are off, because all the load has one address.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import httpx
import msgspec
import psutil
import psycopg

from arhan.kernel.ids import new_id
from bench.load import Customer, Job, Phase
from bench.people import CURRENCY, seed
from bench.pgbench import TpcB, measure_tpc_b
from tests.bank import Bank
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.people import Person

DESCRIPTION = "Transfers a second through the gateway, everything on."

CLIENTS = 128
CUSTOMERS, QUICK_CUSTOMERS = 10_000, 1_000
ROUNDS, QUICK_ROUNDS = 4, 2
ROUND_S = 6.0
PGBENCH_S = 5
PAYEES_EACH = 2
TOKEN_LIFE_S = 900
WANTED_RATIO = 0.35
WANTED_LAG_S = 5.0
LAG_LIMIT_S = 120.0
PATH = "/api/payment/v1/transfers"
ERRORS = ("HTTP", "connection")
"""What an answer begins with that tells nothing of a payment."""


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether it is what the bank promises."""
    say("starting a bank ...")
    with Bank.running() as bank:
        mint = _mint(bank)
        people = seed(bank, mint, count=QUICK_CUSTOMERS if quick else CUSTOMERS, say=say)
        wait_for_ledger(bank)
        with _load(_job(bank, mint, people)) as load:
            return _measure(
                bank, load, customers=len(people), rounds=QUICK_ROUNDS if quick else ROUNDS, say=say
            )


def _measure(
    bank: Bank, load: Load, *, customers: int, rounds: int, say: Callable[[str], None]
) -> dict[str, Any]:
    say(f"{CLIENTS} clients: every customer pays once ...")
    usage = Usage(bank)
    first = load.run(Phase(requests=customers))
    wait_for_ledger(bank)
    spent = usage.take()
    found, lags, baseline = [], [], [_tpc_b(bank, say)]
    for number in range(rounds):
        say(f"{CLIENTS} clients pay, round {number + 1} of {rounds} ...")
        usage = Usage(bank)
        found.append(load.run(Phase(seconds=ROUND_S)))
        lags.append(wait_for_ledger(bank))
        spent += usage.take()
        baseline.append(_tpc_b(bank, say))
    rate = sum(r["answers"].get("completed", 0) for r in found) / sum(r["seconds"] for r in found)
    tps = sum(b.tps for b in baseline) / len(baseline)
    answers = sum((Counter(r["answers"]) for r in found), Counter[str]())
    errors = sum(n for name, n in answers.items() if name.startswith(ERRORS))
    balanced = _sum_of_balances(bank) == 0
    paid = sum(answers.values()) + sum(first["answers"].values())
    return {
        "transfers_per_s": round(rate, 1),
        **_latencies(found),
        "completed": answers.pop("completed", 0),
        "not_counted": dict(answers),
        "errors": errors,
        "rounds": [round(r["answers"].get("completed", 0) / r["seconds"], 1) for r in found],
        "round_s": ROUND_S,
        "ledger_lag_s": round(max(lags), 2),
        "first_payments": {
            "transfers_per_s": round(first["answers"].get("completed", 0) / first["seconds"], 1),
            **_latencies([first]),
            "answers": first["answers"],
            "note": "every customer's first: new login, PIN proved",
        },
        "processor_us_per_transfer": {n: round(1e6 * s / paid) for n, s in spent.most_common() if s > 0.05},
        "clients": CLIENTS,
        "customers": customers,
        "pgbench_tpc_b": baseline[0].describe()
        | {"tps": round(tps, 1), "rounds": [round(b.tps, 1) for b in baseline]},
        "ratio": round(rate / tps, 3),
        "wanted": {"ratio": WANTED_RATIO, "ledger_lag_s": WANTED_LAG_S, "errors": 0},
        "balances_sum_to_zero": balanced,
        "seeded": "customers in bulk by COPY, opening deposits by the posting engine, tokens signed"
        " with the bank's own key; gateway rate limits off",
        "passed": rate / tps >= WANTED_RATIO and max(lags) <= WANTED_LAG_S and not errors and balanced,
    }


def _tpc_b(bank: Bank, say: Callable[[str], None]) -> TpcB:
    say("pgbench TPC-B ...")
    return measure_tpc_b(bank.launcher.site.server.superuser_url(), seconds=PGBENCH_S)


def _latencies(phases: list[dict[str, Any]]) -> dict[str, float]:
    ordered = sorted(latency for phase in phases for latency in phase["latencies_ms"]) or [0.0]
    return {
        f"p{percent}_ms": round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1)
        for percent in (50, 99)
    }


def _mint(bank: Bank) -> Mint:
    """Signs as the bank's identity service does, which makes its key when first asked for it."""
    httpx.get(f"{bank.gateway}/api/identity/.well-known/jwks.json", timeout=30).raise_for_status()
    environment = bank.environment("identity")
    return Mint.of(database_url=environment["DATABASE_URL"], encryption_key=environment["ENCRYPTION_KEY"])


def _job(bank: Bank, mint: Mint, people: list[Person]) -> Job:
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
                payees=[q.number for q in chance.sample(people, PAYEES_EACH + 1) if q is not p][:PAYEES_EACH],
            )
            for p in people
        ],
    )


class Load:
    """The clients, in their own process."""

    def __init__(self, told: IO[bytes], tells: IO[bytes]) -> None:
        """What goes in and what comes out, line by line."""
        self._told = told
        self._tells = tells

    def run(self, phase: Phase) -> dict[str, Any]:
        """Carry out one phase; how many of which answer came, in which time."""
        self._told.write(msgspec.json.encode(phase) + b"\n")
        self._told.flush()
        found: dict[str, Any] = msgspec.json.decode(self._tells.readline())
        return found


@contextmanager
def _load(job: Job) -> Iterator[Load]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[1],
    ) as process:
        assert process.stdin, "it is a pipe"
        assert process.stdout, "it is a pipe"
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        yield Load(process.stdin, process.stdout)
        process.stdin.close()


def wait_for_ledger(bank: Bank, *, limit_s: float = LAG_LIMIT_S) -> float:
    """Seconds until the ledger has applied everything account has said so far."""
    began = time.monotonic()
    with (
        psycopg.connect(bank.database_url("account"), autocommit=True) as account,
        psycopg.connect(bank.database_url("ledger"), autocommit=True) as ledger,
    ):
        while not _is_caught_up(account, ledger):
            if time.monotonic() - began > limit_s:
                break
            time.sleep(0.05)
    return time.monotonic() - began


def _is_caught_up(account: psycopg.Connection[Any], ledger: psycopg.Connection[Any]) -> bool:
    said = account.execute(
        "SELECT EXISTS (SELECT FROM outbox WHERE position IS NULL), coalesce(max(position), 0) FROM outbox"
    ).fetchone()
    heard = ledger.execute("SELECT position FROM inbox_cursor WHERE publisher = 'account'").fetchone()
    return said is not None and heard is not None and not said[0] and heard[0] >= said[1]


def _sum_of_balances(bank: Bank) -> int:
    with psycopg.connect(bank.database_url("account")) as database:
        row = database.execute("SELECT coalesce(sum(balance), 0) FROM balance").fetchone()
    return int(row[0]) if row else -1


class Usage:
    """Processor time of each of the bank's processes since the beginning."""

    def __init__(self, bank: Bank) -> None:
        """Begin now."""
        self._bank = bank
        self._began = self._now()

    def take(self) -> Counter[str]:
        """Seconds spent by each process, with all it started."""
        spent = Counter(self._now())
        spent.subtract(self._began)
        return spent

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
