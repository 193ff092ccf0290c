"""The broker loses everything it holds, again and again, while people pay: the books miss nothing."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

import httpx
import psycopg

from arhan import topology
from tests.people import OPENING_BONUS, balance_of, check_books, join

if TYPE_CHECKING:
    from tests.bank import Bank

PAYMENTS = 60
AMOUNT = 100


def purge_queues(bank: Bank, until: threading.Event, purged: list[int]) -> None:
    """Empty every queue as soon as something lies in it."""
    url = bank.launcher.site.server.superuser_url(topology.BROKER_DATABASE)
    with psycopg.connect(url, autocommit=True) as database:
        queues = [row[0] for row in database.execute("SELECT queue_name FROM pgmq.list_queues()")]
        while not until.wait(0.02):
            for queue in queues:
                row = database.execute("SELECT pgmq.purge_queue(%s)", (queue,)).fetchone()
                purged.append(int(row[0]) if row else 0)


def test_the_books_miss_nothing(bank: Bank) -> None:
    payer, payee = join(bank, count=2)
    done, purged = threading.Event(), list[int]()
    wiping = threading.Thread(target=purge_queues, args=(bank, done, purged))
    wiping.start()
    try:
        with httpx.Client(base_url=bank.gateway, timeout=30) as http:
            for _ in range(PAYMENTS):
                key = {"Idempotency-Key": str(uuid.uuid4())}
                body = payer.transfer(payee, AMOUNT)
                answer = http.post("/api/payment/v1/transfers", json=body, headers=payer.headers | key)
                assert answer.json()["status"] == "completed", answer.text
    finally:
        done.set()
        wiping.join()

    assert sum(purged) > 0, "nothing was lost, so nothing was proved"
    assert balance_of(bank, payee) == OPENING_BONUS + PAYMENTS * AMOUNT
    assert check_books(bank)
