"""The portal's first page, as 32 customers load it again and again, with a million entries in the books.

A whole bank is started on free ports and a data directory that is thrown away; 10,000 customers are
seeded (people.py) and half a million transfers posted between them by the posting engine, a thousand at a
time, each with its payment order, so that every page has a history behind it. Then 32 browsers, each
with the session of a customer of its own and one kept-open connection, load the dashboard through the
gateway without a pause. A page counts when it is whole: status 200, the balance and the payments on it.
"""

from __future__ import annotations

import hashlib
import http.client
import random
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import psycopg
from cryptography.fernet import Fernet

from arhan.contracts.account import Command, Commands, MovementCommand, Outcomes, Posting
from arhan.kernel.ids import new_id
from bench.people import AT_ONCE, CURRENCY, seed
from bench.transfers import wait_for_ledger
from tests.bank import Bank
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.people import Person

DESCRIPTION = "Dashboards a second with 32 people at it and a million entries in the books."

USERS = 32
CUSTOMERS = 10_000
TRANSFERS, QUICK_TRANSFERS = 500_000, 20_000
ROUNDS, QUICK_ROUNDS = 4, 2
ROUND_S = 10.0
TOKEN_LIFE_S = 3_600
LAG_LIMIT_S = 900.0
AMOUNT = 1_00
COOKIE = "arhan-session"
WHOLE = (b"hero-sum", b"row-link", b"</html>")
"""What a dashboard with a balance and payments has on it."""


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether every page came whole."""
    say("starting a bank ...")
    with Bank.running() as bank:
        mint = _mint(bank)
        people = seed(bank, mint, count=CUSTOMERS, say=say)
        entries = _write_history(bank, mint, people, count=QUICK_TRANSFERS if quick else TRANSFERS, say=say)
        say("waiting until the ledger has written them all into the books ...")
        wait_for_ledger(bank, limit_s=LAG_LIMIT_S)
        cookies = _sign_in(bank, mint, people[:USERS])
        say("warming up ...")
        _load(bank, cookies, seconds=3.0)
        rounds = []
        for number in range(QUICK_ROUNDS if quick else ROUNDS):
            say(f"{USERS} people load their dashboards, round {number + 1} ...")
            rounds.append(_load(bank, cookies, seconds=ROUND_S))
        return _describe(rounds, entries=entries)


def _describe(rounds: list[Tally], *, entries: int) -> dict[str, Any]:
    ordered = sorted(latency for found in rounds for latency in found.latencies) or [0.0]
    pages, broken = sum(len(found.latencies) for found in rounds), sum(found.broken for found in rounds)
    return {
        "dashboards_per_s": round(pages / (ROUND_S * len(rounds)), 1),
        **{f"p{p}_ms": round(1000 * ordered[(len(ordered) - 1) * p // 100], 1) for p in (50, 95, 99)},
        "rounds": [round(len(found.latencies) / ROUND_S, 1) for found in rounds],
        "round_s": ROUND_S,
        "broken_pages": broken,
        "users": USERS,
        "customers": CUSTOMERS,
        "entries": entries,
        "seeded": "customers by COPY, transfers by the posting engine, their orders in bulk; sessions with"
        " tokens signed with the bank's own key; gateway rate limits off",
        "passed": not broken and pages > 0,
    }


def _mint(bank: Bank) -> Mint:
    """Signs as the bank's identity service does, which makes its key when first asked for it."""
    httpx.get(f"{bank.gateway}/api/identity/.well-known/jwks.json", timeout=30).raise_for_status()
    environment = bank.environment("identity")
    return Mint.of(database_url=environment["DATABASE_URL"], encryption_key=environment["ENCRYPTION_KEY"])


@dataclass(frozen=True, slots=True)
class Paid:
    """One transfer of the history."""

    id: str
    payer: Person
    payee: Person


def _write_history(
    bank: Bank, mint: Mint, people: list[Person], *, count: int, say: Callable[[str], None]
) -> int:
    """Transfers between everybody; how many entries the books of account have then."""
    chance = random.Random(0)
    paid = [
        Paid(new_id("pay"), *((payer, payee) if payer is not payee else people[:2]))
        for payer, payee in ((people[n % len(people)], chance.choice(people)) for n in range(count))
    ]
    say(f"posting {count:,} transfers ...")
    token = mint.service("payment", audience="account", scopes=("account:move",))
    with httpx.Client(base_url=bank.url("account.engine"), timeout=120) as client:
        for at, page in enumerate(_pages(paid)):
            _post(client, token, page)
            if at % 100 == 99:
                say(f"  {(at + 1) * AT_ONCE:,}")
    say("writing their payment orders ...")
    _order(bank, mint, people, paid)
    with psycopg.connect(bank.database_url("account"), autocommit=True) as database:
        database.execute("ANALYZE")
        row = database.execute("SELECT count(*) FROM entry").fetchone()
    return int(row[0]) if row else 0


def _pages(paid: list[Paid]) -> Iterator[list[Paid]]:
    for start in range(0, len(paid), AT_ONCE):
        yield paid[start : start + AT_ONCE]


def _post(client: httpx.Client, token: str, page: list[Paid]) -> None:
    commands: list[Command] = [
        MovementCommand(
            id=each.id,
            kind="transfer",
            currency=CURRENCY,
            postings=[
                Posting(each.payer.account, "debit", AMOUNT),
                Posting(each.payee.account, "credit", AMOUNT),
            ],
            narration="history",
            initiator=each.payer.id,
        )
        for each in page
    ]
    answer = client.post(
        "/internal/v1/movements",
        content=msgspec.json.encode(Commands(movements=commands)),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    ).raise_for_status()
    outcomes = msgspec.json.decode(answer.content, type=Outcomes).outcomes
    assert all(outcome.status == "posted" for outcome in outcomes), outcomes[0]


_STAGE = """
    CREATE TEMPORARY TABLE stage (
        id text, key text, principal text, initiator text, payer_account text, payer_number text,
        payer_name text, payer_customer text, payee_account text, payee_number text, payee_name text,
        payee_customer text)"""
_COPY = "COPY stage FROM STDIN"
_INSERT = """
    INSERT INTO payment_order
    SELECT made.* FROM payment_order model, stage,
        LATERAL jsonb_populate_record(model, to_jsonb(stage)) made
    WHERE model.id = %s"""


def _order(bank: Bank, mint: Mint, people: list[Person], paid: list[Paid]) -> None:
    """Copies of one real order, each with its own parties; whatever columns an order has."""
    model = _pay_once(bank, mint, people[0], people[1])
    with psycopg.connect(bank.database_url("payment")) as database, database.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as stream:
            for each in paid:
                stream.write_row((each.id, each.id, each.payer.id, each.payer.id, *_parties(each)))
        cursor.execute(_INSERT, [model])
        cursor.execute("ANALYZE payment_order")


def _parties(paid: Paid) -> tuple[str, ...]:
    payer, payee = paid.payer, paid.payee
    return (
        *(payer.account, payer.number, "Customer Payer", payer.id),
        *(payee.account, payee.number, "Customer Payee", payee.id),
    )


def _pay_once(bank: Bank, mint: Mint, payer: Person, payee: Person) -> str:
    """A transfer through the front door; its id."""
    body = {
        "payer_account": payer.account,
        "payee_number": payee.number,
        "amount": AMOUNT,
        "currency": CURRENCY,
        "pin": payer.pin,
    }
    headers = {"Authorization": f"Bearer {mint.person(subject=payer.id)}", "Idempotency-Key": new_id("key")}
    url = f"{bank.gateway}/api/payment/v1/transfers"
    answer = httpx.post(url, json=body, headers=headers, timeout=60).raise_for_status().json()
    assert answer["status"] == "completed", answer
    return str(answer["id"])


_SESSION = """
    INSERT INTO browser_session (id, secret_hash, person, username, name, role, tier, access_token,
        access_expires_at, refresh_token, began_at, seen_at)
    VALUES (%s, %s, %s, 'customer', 'Customer Number', 'customer', 1, %s, %s, %s, %s, %s)"""


def _sign_in(bank: Bank, mint: Mint, people: list[Person]) -> list[str]:
    """A browser session for each, with what its cookie holds."""
    sealer = Fernet(bank.environment("frontend")["ENCRYPTION_KEY"].split(",", maxsplit=1)[0])
    now = datetime.now(UTC)
    found = []
    with psycopg.connect(bank.database_url("frontend")) as database:
        for person in people:
            secret = secrets.token_urlsafe(32)
            token = sealer.encrypt(mint.person(subject=person.id, life_s=TOKEN_LIFE_S).encode())
            row = (
                *(new_id("ses"), hashlib.sha256(secret.encode()).digest(), person.id, token),
                *(now + timedelta(seconds=TOKEN_LIFE_S), sealer.encrypt(b"none"), now, now),
            )
            database.execute(_SESSION, row)
            found.append(secret)
    return found


@dataclass
class Tally:
    """What came of one round."""

    latencies: list[float] = field(default_factory=list)
    """Seconds, of every whole page."""
    broken: int = 0


def _load(bank: Bank, cookies: list[str], *, seconds: float) -> Tally:
    """Everybody at once, each on a connection of their own, for so long."""
    tally, until = Tally(), time.monotonic() + seconds
    browsers = [
        threading.Thread(target=_browse, args=(bank.port("gateway"), cookie, until, tally))
        for cookie in cookies
    ]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    return tally


def _browse(port: int, cookie: str, until: float, tally: Tally) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        began = time.perf_counter()
        connection.request("GET", "/dashboard", headers={"Cookie": f"{COOKIE}={cookie}"})
        answer = connection.getresponse()
        page = answer.read()
        if answer.status == http.client.OK and all(mark in page for mark in WHOLE):
            tally.latencies.append(time.perf_counter() - began)
        else:
            tally.broken += 1
    connection.close()
