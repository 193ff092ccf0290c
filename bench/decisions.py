"""Decisions a second by the fraud process, as payment asks for them: HTTP, batches of 100, everything stored.

One fraud process on a PostgreSQL of its own, thrown away afterwards. Before the measurement the bank has a
past: decisions already made, histories with a month of buckets, pairs that know each other. Two batches
are in flight at a time, as from payment. The processor time of the process and of its database sessions is
reported per decision, because that is what the hot path of a payment pays for.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import psutil
import psycopg
from joserfc.jwk import OKPKey

from arhan.contracts.fraud import Decisions, Screening, Screenings
from arhan.kernel.ids import new_id
from tests import fraud_process, postgres
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Callable

DESCRIPTION = "Decisions a second by one fraud process, in batches of 100."

CUSTOMERS, QUICK_CUSTOMERS = 10_000, 1_000
PAST, QUICK_PAST = 2_000_000, 50_000
BATCHES, QUICK_BATCHES = 600, 100
BATCH = 100
LANES = 2
LARGEST = 100_000
WANTED_PER_S = 5_000

PAST_DECISIONS = """
INSERT INTO decision (id, payment, revision, fingerprint, outcome, payer_customer, payer_account, payee_customer,
    payee_account, amount, currency, kind, context, reasons, decided_at, expires_at, decided_by)
SELECT 'dec_' || lpad(n::text, 26, '0'), 'pay_' || lpad(n::text, 26, '0'), 1, sha256(n::text::bytea), 'allow',
    'usr_' || lpad((n %% %(customers)s)::text, 26, '0'), 'acc_' || lpad((n %% %(customers)s)::text, 26, '0'),
    'usr_' || lpad(((n * 7919) %% %(customers)s)::text, 26, '0'),
    'acc_' || lpad(((n * 7919) %% %(customers)s)::text, 26, '0'),
    n %% 100000 + 1, 'NGN', 'transfer', '{"tier":1,"channel":"online","address":"10.0.0.1"}', '[]',
    now() - n * interval '1 second', now() - n * interval '1 second', ''
FROM generate_series(1::bigint, %(past)s::bigint) AS n
"""
PAST_PAIRS = """
INSERT INTO pair_history (payer_customer, payee_account, first_paid_at, last_paid_at, payments)
SELECT payer_customer, payee_account, min(decided_at), max(decided_at), count(*) FROM decision GROUP BY 1, 2
"""
PAST_HISTORIES = """
INSERT INTO payer_history (customer, currency, history)
SELECT 'usr_' || lpad(n::text, 26, '0'), 'NGN', json_build_object('counters', json_build_object(
    '24h', (SELECT json_agg(json_build_array(at / 3600 - 20 + b, 2, 50000, 0, 0)) FROM generate_series(1, 10) b),
    '7d', (SELECT json_agg(json_build_array(at / 21600 - 25 + b, 3, 50000, 0, 0)) FROM generate_series(1, 20) b),
    '30d', (SELECT json_agg(json_build_array(at / 86400 - 30 + b, 7, 50000, 0, 0)) FROM generate_series(1, 30) b)
    ), 'first_at', at - 10000000)
FROM generate_series(0, %(customers)s - 1) AS n, (SELECT extract(epoch FROM now())::bigint AS at) AS clock
"""


@dataclass
class Tally:
    """What the lanes were told."""

    outcomes: Counter[str] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether it is what the bank promises."""
    customers, past = (QUICK_CUSTOMERS, QUICK_PAST) if quick else (CUSTOMERS, PAST)
    mint = Mint("key", OKPKey.generate_key("Ed25519"))
    say("starting PostgreSQL and fraud ...")
    with postgres.running(migrated=True) as databases, fraud_process.identity(mint) as identity_url:
        url = databases.url("fraud")
        say(f"a past of {past:,} payments ...")
        _seed(url, customers=customers, past=past)
        with fraud_process.serving(url, identity_url) as running:
            token = mint.service("payment", audience="fraud", scopes=("fraud:decide",))
            _ask_all(running.url, token, _batches(20, customers))
            batches = _batches(QUICK_BATCHES if quick else BATCHES, customers)
            say(f"{len(batches) * BATCH:,} decisions ...")
            usage = Usage(running.process.pid)
            started = time.perf_counter()
            tally = _ask_all(running.url, token, batches)
            elapsed = time.perf_counter() - started
            spent = usage.per(len(batches) * BATCH)
    rate = len(batches) * BATCH / elapsed
    latencies = sorted(tally.latencies_s)
    return {
        "decisions_per_s": round(rate, 1),
        "batch": BATCH,
        "batches_in_flight": LANES,
        "past_payments": past,
        "batch_p50_ms": round(latencies[len(latencies) // 2] * 1_000, 2),
        "batch_p99_ms": round(latencies[len(latencies) * 99 // 100] * 1_000, 2),
        "processor_us_per_decision": spent,
        "outcomes": dict(tally.outcomes),
        "wanted_per_s": WANTED_PER_S,
        "passed": rate >= WANTED_PER_S,
    }


class Usage:
    """Processor time of the fraud process and of the database's sessions, from now on."""

    def __init__(self, pid: int) -> None:
        """`pid` is the fraud process."""
        self._fraud = psutil.Process(pid)
        self._before = self._now()

    def per(self, decisions: int) -> dict[str, float]:
        """Microseconds each decision took."""
        now = self._now()
        return {name: round((now[name] - self._before[name]) * 1e6 / decisions, 1) for name in now}

    def _now(self) -> dict[str, float]:
        sessions = [p for p in psutil.process_iter() if _is_session(p)]
        return {"fraud": _spent(self._fraud), "postgresql": sum(map(_spent, sessions))}


def _is_session(process: psutil.Process) -> bool:
    try:
        return any("arhan_fraud arhan_fraud" in part for part in process.cmdline())
    except psutil.Error:
        return False


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _seed(url: str, *, customers: int, past: int) -> None:
    numbers = {"customers": customers, "past": past}
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(PAST_DECISIONS, numbers)
        database.execute(PAST_PAIRS)
        database.execute(PAST_HISTORIES, numbers)
        for table in ("decision", "pair_history", "payer_history"):
            database.execute(f"VACUUM ANALYZE {table}")


def _batches(count: int, customers: int) -> list[bytes]:
    chance = random.Random(count)
    return [
        msgspec.json.encode(Screenings([_screening(chance, customers) for _ in range(BATCH)]))
        for _ in range(count)
    ]


def _screening(chance: random.Random, customers: int) -> Screening:
    payer, payee = f"{chance.randrange(customers):026d}", f"{chance.randrange(customers):026d}"
    return Screening(
        payment=new_id("pay"),
        kind="transfer",
        payer_account=f"acc_{payer}",
        payer_customer=f"usr_{payer}",
        payee_account=f"acc_{payee}",
        payee_customer=f"usr_{payee}",
        amount=chance.randrange(100, LARGEST),
        currency="NGN",
        created_at="2026-01-05T09:00:00Z",
        session=new_id("ses"),
        address="10.0.0.1",
        payer_opened_at="2026-01-05T09:00:00Z",
        tier=1,
    )


def _ask_all(url: str, token: str, batches: list[bytes]) -> Tally:
    """Every batch once, `LANES` of them in flight."""
    tally, left, lock = Tally(), iter(batches), threading.Lock()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def lane() -> None:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        while True:
            with lock:
                body = next(left, None)
            if body is None:
                connection.close()
                return
            started = time.perf_counter()
            connection.request("POST", "/v1/decisions", body=body, headers=headers)
            answer = connection.getresponse().read()
            took = time.perf_counter() - started
            decided = msgspec.json.decode(answer, type=Decisions).decisions
            with lock:
                tally.latencies_s.append(took)
                tally.outcomes.update(decision.outcome for decision in decided)

    lanes = [threading.Thread(target=lane) for _ in range(LANES)]
    for each in lanes:
        each.start()
    for each in lanes:
        each.join()
    return tally
