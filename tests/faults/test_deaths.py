"""A process dies at every border between a commit and the next side effect; nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import time
import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from arhan.kernel import failpoints
from tests.bank import Bank, eventually
from tests.people import Customer, balance_of, check_books, join

if TYPE_CHECKING:
    from collections.abc import Iterator

CONVERGES_WITHIN_S = 30
AMOUNT = 1_250

DEATHS = (
    ("payment.engine", "payment.order_stored"),
    ("payment.engine", "payment.screened"),
    ("payment.engine", "payment.posted"),
    ("payment.engine", "payment.settled"),
    ("account.engine", "account.committed"),
    ("relay", "relay.positions_committed"),
    ("relay", "relay.sent_to_one"),
    ("ledger.worker", "ledger.applied"),
)


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with Bank.running() as running:
        yield running


@pytest.fixture(scope="module")
def people(bank: Bank) -> tuple[Customer, Customer]:
    payer, payee = join(bank, count=2)
    return payer, payee


@pytest.fixture(autouse=True)
def _home(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process leaves the mark of its death."""
    monkeypatch.setenv("ARHAN_HOME", str(bank.home.path))


def pay_until_final(bank: Bank, payer: Customer, payee: Customer, key: str) -> dict[str, Any]:
    """Send one payment again and again under one key, as a client does that gets no answer."""
    deadline = time.monotonic() + CONVERGES_WITHIN_S
    while True:
        try:
            answer = httpx.post(
                f"{bank.gateway}/api/payment/v1/transfers",
                json=payer.transfer(payee, AMOUNT),
                headers=payer.headers | {"Idempotency-Key": key},
                timeout=30,
            )
        except httpx.TransportError:
            answer = None
        if answer is not None:
            assert answer.status_code in {201, 409, 502, 503, 504}, answer.text
            if answer.status_code == 201 and answer.json()["status"] in {"completed", "declined"}:
                found: dict[str, Any] = answer.json()
                return found
        assert time.monotonic() < deadline, f"no final answer: {answer and answer.text}"
        time.sleep(0.2)


@pytest.mark.parametrize(("process", "failpoint"), DEATHS, ids=[name for _, name in DEATHS])
def test_a_payment_survives_a_death(
    bank: Bank, people: tuple[Customer, Customer], process: str, failpoint: str
) -> None:
    payer, payee = people
    before = balance_of(bank, payer), balance_of(bank, payee)
    bank.restart(process, environment={"ARHAN_FAILPOINT": failpoint})

    answer = pay_until_final(bank, payer, payee, key=str(uuid.uuid4()))

    eventually(failpoints.marker(failpoint).exists, what=f"the death at {failpoint}")
    assert answer["status"] == "completed"
    assert (balance_of(bank, payer), balance_of(bank, payee)) == (before[0] - AMOUNT, before[1] + AMOUNT)
    assert check_books(bank)


def test_a_client_that_never_comes_back_is_paid_all_the_same(
    bank: Bank, people: tuple[Customer, Customer]
) -> None:
    failpoint = "payment.order_stored"
    failpoints.marker(failpoint).unlink(missing_ok=True)
    payer, payee = people
    before = balance_of(bank, payee)
    bank.restart("payment.engine", environment={"ARHAN_FAILPOINT": failpoint})

    with contextlib.suppress(httpx.TransportError):
        httpx.post(
            f"{bank.gateway}/api/payment/v1/transfers",
            json=payer.transfer(payee, AMOUNT),
            headers=payer.headers | {"Idempotency-Key": str(uuid.uuid4())},
            timeout=30,
        )

    eventually(
        lambda: balance_of(bank, payee) == before + AMOUNT,
        within_s=CONVERGES_WITHIN_S,
        what="the payment of an order whose engine died",
    )
    assert failpoints.marker(failpoint).exists()
    assert check_books(bank)
