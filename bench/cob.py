"""Accounts a second through a night of interest: 1,000,000 accounts, and fewer.

A PostgreSQL of its own, with the bank's settings, thrown away afterwards. Of each size two nights are
measured: a first one in which every account has an entry that was not read yet, and an ordinary one
in which none has; what a night takes must grow with the accounts and no faster. Then the night of the
largest size is killed again and again, at any moment, and started again: afterwards every account must
have earned its days once, and the books must say the same as the accounts. On the smallest size the
month ends as well: every account is paid, a movement each.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import psycopg

from arhan.account.domain.interest import PARTS, whole_units
from tests.account_house import migrated_database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DESCRIPTION = "A night of interest over 1,000,000 accounts: accounts a second, growth, kill and resume."

SIZES, QUICK_SIZES = (100_000, 300_000, 1_000_000), (2_000, 4_000)
EACH = 1_234_567_89
"""On every account, in kobo."""
RATE = 35_000
FIRST = date(2026, 1, 28)
NIGHT = ("cut_off", "accrue_interest", "roll")
MONTH_END = ("cut_off", "accrue_interest", "pay_interest", "roll")
KILLS = 5
WANTED_PER_S = 10_000
WANTED_GROWTH = 1.3
"""Twice the accounts may take at most so much more than twice the time."""
A_DAY = timedelta(days=1)

_SEED = """
INSERT INTO account (id, number, customer, product, version, currency, name, status, status_reason,
                     status_changed_by, status_changed_at, opened_at)
SELECT 'acc_' || lpad(n::text, 26, '0'), lpad(n::text, 10, '0'), 'usr_' || n, 'savings', v.id, 'NGN', 'Ada Eze',
       'active', '', '', now(), now()
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n,
     (SELECT id FROM product_version WHERE product = 'savings') v;
INSERT INTO balance (account, currency, ledger_account, balance, held, floor, sequence, may_debit, may_credit,
                     closed, pin_version)
SELECT 'acc_' || lpad(n::text, 26, '0'), 'NGN', '2010', 0, 0, 0, 0, true, true, false, 0
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n;
INSERT INTO movement (id, kind, currency, narration, initiator, booking_date, value_date, posted_at, fingerprint)
SELECT 'fund_' || k, 'deposit', 'NGN', '', '', %(day)s::date, %(day)s::date, now(), ''
FROM generate_series(%(first)s / 1000 + 1, %(last)s / 1000) k;
INSERT INTO entry (account, sequence, movement, side, amount, balance_after)
SELECT 'acc_' || lpad(n::text, 26, '0'), 1, 'fund_' || ((n - 1) / 1000 + 1), 'credit', %(each)s::bigint, %(each)s::bigint
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
UNION ALL
SELECT 'bank_cash_ngn', k, 'fund_' || k, 'debit', 1000 * %(each)s::bigint, -k * 1000 * %(each)s::bigint
FROM generate_series(%(first)s / 1000 + 1, %(last)s / 1000) k;
UPDATE balance SET
    balance = CASE account WHEN 'bank_cash_ngn' THEN -%(last)s::bigint * %(each)s::bigint ELSE %(each)s::bigint END,
    sequence = CASE account WHEN 'bank_cash_ngn' THEN %(last)s / 1000 ELSE 1 END
WHERE account = 'bank_cash_ngn'
   OR account BETWEEN 'acc_' || lpad((%(first)s)::text, 26, '0') AND 'acc_' || lpad((%(last)s)::text, 26, '0');
INSERT INTO accrual (account, version, value_balance, sequence, earned, owed, accrued_until, active_on)
SELECT 'acc_' || lpad(n::text, 26, '0'), v.id, 0, 0, 0, 0, %(day)s::date, %(day)s::date
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n,
     (SELECT id FROM product_version WHERE product = 'savings') v;
INSERT INTO account_version (account, since, version)
SELECT account, %(day)s::date, version FROM accrual
WHERE account >= 'acc_' || lpad((%(first)s)::text, 26, '0')
"""
_AS_READ = """
UPDATE accrual SET sequence = b.sequence, value_balance = b.balance FROM balance b
WHERE b.account = accrual.account AND accrual.sequence <> b.sequence
"""
_FRESH = "UPDATE accrual SET earned = 0, owed = 0, value_balance = %s"
_CURSOR = "SELECT cursor FROM cob_step WHERE run = %s AND name = 'accrue_interest'"
_STATE = """
SELECT count(*), count(DISTINCT earned), min(earned)::text, min(accrued_until), max(accrued_until)
FROM accrual WHERE account LIKE 'acc\\_0%%'
"""


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, kill, resume, and say whether it is what the bank promises."""
    sizes = QUICK_SIZES if quick else SIZES
    say("starting a PostgreSQL of our own ...")
    with (
        migrated_database() as environment,
        psycopg.connect(environment["DATABASE_URL"], autocommit=True) as db,
    ):
        day, found, there = FIRST - 2 * A_DAY, [], 0
        month_end: dict[str, Any] = {}
        for size in sizes:
            say(f"opening and funding {size - there:,} accounts ...")
            _begin(db, day, first=there + 1, last=size)
            there = size
            say(f"{size:,} accounts: a night in which every account moved ...")
            first = _night(environment, day, NIGHT)
            say(f"{size:,} accounts: an ordinary night ...")
            ordinary = _night(environment, day + A_DAY, NIGHT)
            found.append(_describe(size, first, ordinary))
            if not month_end:
                say(f"{size:,} accounts: the month ends ...")
                _go_to(db, date(2026, 1, 31))
                month_end = _pay(environment, size)
            day = date(2026, 3, 2) + 3 * A_DAY * len(found)
        say(f"{there:,} accounts: killed {KILLS} times ...")
        _begin(db, day, first=there + 1, last=there)
        killed = _kill(environment, db, day, accounts=there)
    return _result(found, month_end, killed)


def _begin(db: psycopg.Connection[Any], day: date, *, first: int, last: int) -> None:
    """Live on that day; open these accounts, and let all of them have earned nothing yet."""
    db.execute(
        "INSERT INTO business_day (id, date, asked_by) VALUES (1, %s, '') ON CONFLICT DO NOTHING", (day,)
    )
    db.execute(_AS_READ)
    if last >= first:
        with db.transaction():
            for statement in _SEED.split(";\n"):
                db.execute(statement.encode(), {"first": first, "last": last, "day": day, "each": EACH})
    _go_to(db, day)
    for table in ("account", "balance", "movement", "entry", "accrual"):
        db.execute(f"VACUUM ANALYZE {table}".encode())


def _go_to(db: psycopg.Connection[Any], day: date) -> None:
    """The bank lives on that day, and every account's interest has come as far."""
    db.execute("UPDATE business_day SET date = %s, next_date = NULL, cut_off_at = NULL", (day,))
    db.execute("UPDATE accrual SET accrued_until = %s WHERE accrued_until <> %s", (day, day))


def _night(environment: Mapping[str, str], day: date, steps: tuple[str, ...]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.cob_night", day.isoformat(), *steps]
    done = subprocess.run(command, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert answer["closed"] == [day.isoformat()], answer
    return answer


def _describe(size: int, first: dict[str, Any], ordinary: dict[str, Any]) -> dict[str, Any]:
    moved, usual = (night["steps"]["accrue_interest"]["seconds"] for night in (first, ordinary))
    return {
        "accounts": size,
        "all_moved_s": moved,
        "all_moved_accounts_per_s": round(size / moved),
        "ordinary_s": usual,
        "ordinary_accounts_per_s": round(size / usual),
    }


def _pay(environment: Mapping[str, str], size: int) -> dict[str, Any]:
    paid = _night(environment, date(2026, 1, 31), MONTH_END)["steps"]["pay_interest"]
    return {
        "accounts": size,
        "seconds": paid["seconds"],
        "accounts_per_s": round(paid["done"] / paid["seconds"]),
    }


def _kill(
    environment: Mapping[str, str], db: psycopg.Connection[Any], day: date, *, accounts: int
) -> dict[str, Any]:
    """Kill the night at any moment, several times; then let it end, and look whether anything is doubled."""
    db.execute(_FRESH, (EACH,))
    owed = _payable(db)
    command = [sys.executable, "-m", "bench.cob_night", day.isoformat(), *NIGHT]
    chance, kills = random.Random(7), 0
    for _ in range(KILLS):
        process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
        _wait_for_progress(db, day, process, more=chance.random())
        if process.poll() is None:
            kills += 1
        process.kill()
        process.wait()
    _finish(environment, day)
    count, kinds, earned, since, until = db.execute(_STATE).fetchone() or (0, 0, "0", day, day)
    a_day = EACH * PARTS * RATE // (365 * 10**6)
    once = int(earned) == a_day
    booked = _payable(db) - owed == accounts * whole_units(a_day)
    return {
        "kills": kills,
        "accounts": count,
        "each_earned_its_day_once": bool(once and kinds == 1 and since == until == day + A_DAY),
        "books_agree": bool(booked),
    }


def _wait_for_progress(
    db: psycopg.Connection[Any], day: date, process: subprocess.Popen[bytes], *, more: float
) -> None:
    """Until it has committed something since it began, and a moment longer."""
    begun = _cursor(db, day)
    while process.poll() is None and _cursor(db, day) == begun:
        time.sleep(0.02)
    time.sleep(more / 2)


def _cursor(db: psycopg.Connection[Any], day: date) -> str:
    """How far the night has come."""
    row = db.execute(_CURSOR, (day,)).fetchone()
    return str(row[0]) if row else ""


def _finish(environment: Mapping[str, str], day: date) -> None:
    command = [sys.executable, "-m", "bench.cob_night", day.isoformat(), *NIGHT]
    subprocess.run(command, env=dict(environment), stdout=subprocess.DEVNULL, check=True)


def _payable(db: psycopg.Connection[Any]) -> int:
    row = db.execute("SELECT balance FROM balance WHERE account = 'bank_interest_payable_ngn'").fetchone()
    return int(row[0]) if row else 0


def _result(found: list[dict[str, Any]], month_end: dict[str, Any], killed: dict[str, Any]) -> dict[str, Any]:
    smallest, largest = found[0], found[-1]
    more = largest["accounts"] / smallest["accounts"]
    growth = largest["ordinary_s"] / smallest["ordinary_s"] / more
    return {
        "accounts": largest["accounts"],
        "accounts_per_s": largest["ordinary_accounts_per_s"],
        "wanted_accounts_per_s": WANTED_PER_S,
        "sizes": found,
        "growth": round(growth, 3),
        "wanted_growth_at_most": WANTED_GROWTH,
        "month_end": month_end,
        "killed": killed,
        "passed": largest["ordinary_accounts_per_s"] >= WANTED_PER_S
        and growth <= WANTED_GROWTH
        and killed["each_earned_its_day_once"]
        and killed["books_agree"],
    }
