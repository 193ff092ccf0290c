"""Two replicas of everything, one of them killed or stopped under load: no client notices."""

from __future__ import annotations

import json
import signal
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from arhan import topology
from arhan.runner.customer import Bank as PublicBank
from arhan.runner.customer import Person
from arhan.runner.demo import NAMES, new_customer
from tests.bank import eventually
from tests.full import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.full.compose import Compose

pytestmark = pytest.mark.timeout(1800)
DOUBLED = [process.host for process in topology.PROCESSES]
LISTENING = [process.host for process in topology.PROCESSES if process.port]
CLIENTS = 4
PAYMENT = 1_000
BREATH_S = 0.1
"""Between two payments of one customer."""


@pytest.fixture(scope="module")
def doubled(bank: Compose) -> Iterator[Compose]:
    for name in DOUBLED:
        bank.start(name, replica=2)
    bank.wait_ready(*(f"{name}-2" for name in DOUBLED))
    compose.wait_known(bank)
    yield bank
    assert bank.stop_all([f"{name}-2" for name in DOUBLED]) == {0}


@pytest.fixture
def people(doubled: Compose) -> list[Person]:
    """Others for each test: screening looks at whoever pays more often than a person can type."""
    public = PublicBank(doubled.gateway)
    found = [new_customer(*NAMES[number]) for number in range(CLIENTS)]
    for person in found:
        public.register(person)
        public.open_account(person)
    public.close()
    return found


class Load:
    """Customers who pay each other without a pause, and what became of it after a retry."""

    def __init__(self, bank: Compose, people: list[Person]) -> None:
        self._bank = bank
        self._people = people
        self._stop = threading.Event()
        self.outcomes: list[tuple[str, str]] = []
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._running = [self._pool.submit(self._pay, number) for number in range(CLIENTS)]

    def end(self) -> None:
        self._stop.set()
        for each in self._running:
            each.result(timeout=120)
        self._pool.shutdown()

    def _pay(self, number: int) -> None:
        payer, payee = self._people[number], self._people[(number + 1) % CLIENTS]
        public = PublicBank(self._bank.gateway)
        while not self._stop.wait(BREATH_S):
            paid = public.pay(payer, payee=payee, amount=PAYMENT, narration=str(uuid.uuid4()))
            self.outcomes.append((paid.status, paid.code))
        public.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
@pytest.mark.parametrize("name", LISTENING)
def test_no_client_sees_an_error_after_its_retry(
    doubled: Compose, people: list[Person], name: str, number: signal.Signals
) -> None:
    load = Load(doubled, people)
    try:
        eventually(lambda: len(load.outcomes) >= CLIENTS, what="payments that flow")
        ended = doubled.stop(name, number)
        assert (ended == 0) == (number is signal.SIGTERM)  # told to stop, it ends in peace
        seen = len(load.outcomes)
        eventually(lambda: len(load.outcomes) >= seen + 2 * CLIENTS, what="payments that go on")
    finally:
        load.end()
        if name not in doubled.running:
            doubled.start(name)
            doubled.wait_ready(name)
    assert set(load.outcomes) == {("completed", "")}


def test_the_books_balance_with_two_posting_engines(doubled: Compose, people: list[Person]) -> None:
    """Row locks, not a single writer, keep the books: each transfer is there once, on both sides."""
    load = Load(doubled, people)
    eventually(lambda: len(load.outcomes) >= 40, within_s=300, what="forty payments")
    load.end()
    environment = doubled.files("account") / "environment"
    url = dict(line.split("=", 1) for line in environment.read_text().splitlines())["DATABASE_URL"]
    with psycopg.connect(url.replace("account-db", doubled.address("account-db"))) as books:
        sums = books.execute("SELECT currency, sum(balance) FROM balance GROUP BY currency").fetchall()
        doubles = books.execute(
            "SELECT movement, count(*) FROM entry GROUP BY movement HAVING count(*) <> 2"
        ).fetchall()
    assert {total for _, total in sums} == {0}
    assert doubles == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_workers_and_relays_that_end_are_stood_in_for(
    doubled: Compose, people: list[Person], number: signal.Signals
) -> None:
    gone = [name for name in DOUBLED if name not in LISTENING]
    load = Load(doubled, people)
    eventually(lambda: len(load.outcomes) >= CLIENTS, what="payments that flow")
    ended = doubled.stop_all(gone, number)
    seen = len(load.outcomes)
    eventually(lambda: len(load.outcomes) >= seen + 4 * CLIENTS, within_s=300, what="payments that go on")
    load.end()
    eventually(lambda: lag(doubled) == 0, within_s=120, what="a ledger without lag")
    for name in gone:
        doubled.start(name)
    doubled.wait_ready(*gone)
    assert (ended == {0}) == (number is signal.SIGTERM)  # told to stop, they give back what they hold
    assert set(load.outcomes) == {("completed", "")}


def lag(bank: Compose) -> int:
    """How many of account's events the ledger has not applied."""
    account = httpx.get(f"http://{bank.address('account')}:8002/metrics", timeout=30).text
    ledger = httpx.get(f"http://{bank.address('ledger')}:8003/metrics", timeout=30).text
    return int(
        _figure(account, "arhan_outbox_position ")
        - _figure(ledger, 'arhan_inbox_position{publisher="account"} ')
    )


def _figure(text: str, name: str) -> float:
    return next(
        float(json.loads(line.removeprefix(name))) for line in text.splitlines() if line.startswith(name)
    )
