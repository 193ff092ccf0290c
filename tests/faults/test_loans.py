"""A loan's life in a whole bank; and processes die at the borders of its payments, with nothing doubled."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from arhan.kernel import broker, failpoints
from tests.bank import Bank, eventually
from tests.people import OPENING_BONUS, Customer, balance_of, check_books, command, join, mint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

AMOUNT = 10_000_00
BORDERS = ("loans.put_down", "loans.paid", "loans.allocated")
AFTER_THE_MONEY = "loans.paid"
TRIED = BORDERS if os.environ.get("ARHAN_ALL_DEATHS") else (AFTER_THE_MONEY,)
"""The border at which money has moved and nobody has written so; ARHAN_ALL_DEATHS=1 tries all."""
A_MONTH = 31


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with Bank.running() as running:
        yield running


@pytest.fixture(scope="module")
def officer(bank: Bank) -> dict[str, str]:
    token = mint_of(bank).person(role="loan_officer", life_s=7200)
    return {"Authorization": f"Bearer {token}"}


def ask(bank: Bank, path: str, headers: dict[str, str], body: object = None) -> httpx.Response:
    """A POST about loans, under a key of its own."""
    return httpx.post(
        f"{bank.gateway}/api/account/v1/loans{path}",
        json=body,
        headers=headers | {"Idempotency-Key": str(uuid.uuid4())},
        timeout=30,
    )


def look(bank: Bank, loan: str, customer: Customer) -> dict[str, Any]:
    """The loan as its customer sees it."""
    url = f"{bank.gateway}/api/account/v1/loans/{loan}"
    found: dict[str, Any] = httpx.get(url, headers=customer.headers, timeout=30).raise_for_status().json()
    return found


def offered(bank: Bank, customer: Customer, officer: dict[str, str]) -> str:
    """A loan that was applied for and approved."""
    application = {
        "product": "personal",
        "amount": AMOUNT,
        "currency": "NGN",
        "number_of_instalments": 6,
        "purpose": "business",
        "account": customer.person.account_id,
        "affordability": {"income": 900_000_00, "outgoings": 200_000_00},
    }
    applied = ask(bank, "", customer.headers, application)
    assert applied.status_code == 201, applied.text
    loan = str(applied.json()["id"])
    approved = ask(bank, f"/{loan}/approve", officer, {"reason": "Carries it well."})
    assert approved.json()["state"] == "offered", approved.text
    return loan


def live_on(bank: Bank, *, worker: dict[str, str]) -> None:
    """Let the bank's day be a month later than it was; first put in place the worker that will see it."""
    bank.restart("account.worker", environment=worker)
    with psycopg.connect(bank.database_url("account"), autocommit=True) as connection:
        connection.execute("UPDATE business_day SET date = date + %s", (A_MONTH,))


def do(bank: Bank, task: str) -> None:
    """What the bank's clock does when it is time."""
    app = broker.make_app("beat", bank.broker_url)
    app.send_task(f"account.{task}", queue="arhan.account")


def is_active(bank: Bank, loan: str, customer: Customer) -> bool:
    """Whether it was paid out; not while the office is away."""
    with contextlib.suppress(httpx.HTTPError):
        return bool(look(bank, loan, customer)["state"] == "active")
    return False


def first_is_paid(bank: Bank, loan: str, customer: Customer) -> bool:
    """Whether the first instalment was collected."""
    return bool(look(bank, loan, customer)["rows"][0]["state"] == "paid")


@pytest.mark.parametrize("border", TRIED)
def test_a_disbursement_survives_a_death(
    bank: Bank, officer: dict[str, str], monkeypatch: pytest.MonkeyPatch, border: str
) -> None:
    monkeypatch.setenv("ARHAN_HOME", str(bank.home.path))
    failpoints.marker(border).unlink(missing_ok=True)
    (customer,) = join(bank, count=1)
    loan = offered(bank, customer, officer)
    bank.restart("account.office", environment={"ARHAN_FAILPOINT": border})

    with contextlib.suppress(httpx.TransportError):
        assert ask(bank, f"/{loan}/accept", customer.headers).status_code in {200, 502, 503, 504}

    eventually(failpoints.marker(border).exists, what=f"the death at {border}")
    eventually(lambda: is_active(bank, loan, customer), what="the loan")
    assert balance_of(bank, customer) == OPENING_BONUS + AMOUNT
    assert look(bank, loan, customer)["principal_owed"] == AMOUNT
    assert check_books(bank)
    bank.restart("account.office")


def close(bank: Bank, day: str) -> None:
    """Let that day come, and close it."""
    with psycopg.connect(bank.database_url("account"), autocommit=True) as connection:
        connection.execute("UPDATE business_day SET date = %s", (day,))
    done = command(bank, "cob", "run", "--date", day, "--json")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert json.loads(done.stdout)["closed"] == [day]
    assert check_books(bank)


def spend_all(bank: Bank, payer: Customer, payee: Customer) -> None:
    """The borrower has nothing left."""
    answer = httpx.post(
        f"{bank.gateway}/api/payment/v1/transfers",
        json=payer.transfer(payee, balance_of(bank, payer)),
        headers=payer.headers | {"Idempotency-Key": str(uuid.uuid4())},
        timeout=30,
    )
    assert answer.json()["status"] == "completed", answer.text


def pay_in(bank: Bank, customer: Customer, amount: int) -> None:
    """Cash at the counter."""
    teller = {"Authorization": f"Bearer {mint_of(bank).person(role='teller')}"}
    body = {"account_number": customer.person.account, "amount": amount, "currency": "NGN"}
    url = f"{bank.gateway}/api/payment/v1/deposits"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = httpx.post(url, json=body, headers=teller | key, timeout=30)
    assert answer.status_code == 201, answer.text


def test_a_loan_from_application_to_payoff(bank: Bank, officer: dict[str, str]) -> None:
    customer, shop = join(bank, count=2)
    loan = offered(bank, customer, officer)
    accepted = ask(bank, f"/{loan}/accept", customer.headers)
    assert accepted.json()["state"] == "active", accepted.text
    assert balance_of(bank, customer) == OPENING_BONUS + AMOUNT
    assert check_books(bank)

    rows = look(bank, loan, customer)["rows"]
    for number, row in enumerate(rows[:3], start=1):
        close(bank, row["due_on"])
        states = [found["state"] for found in look(bank, loan, customer)["rows"]]
        assert states[:number] == ["paid"] * number
        assert balance_of(bank, customer) == OPENING_BONUS + AMOUNT - sum(r["due"] for r in rows[:number])

    spend_all(bank, customer, shop)
    missed = date.fromisoformat(rows[3]["due_on"])
    for days in (0, 5):
        close(bank, (missed + timedelta(days=days)).isoformat())
    late = look(bank, loan, customer)
    assert (late["bucket"], late["rows"][3]["state"]) == ("1-30", "late")
    penalty = late["rows"][3]["penalties"]
    assert penalty > 0

    url = f"{bank.gateway}/api/account/v1/loans/{loan}/payoff"
    payoff = httpx.get(url, headers=customer.headers, timeout=30).raise_for_status().json()
    assert payoff["principal"] == AMOUNT - sum(row["principal"] for row in rows[:3])
    assert payoff["penalties"] == penalty
    pay_in(bank, customer, payoff["total"])
    repaid = ask(
        bank,
        f"/{loan}/repayments",
        customer.headers,
        {"amount": payoff["total"], "effect": "reduce_term"},
    )
    assert repaid.json()["state"] == "paid", repaid.text
    assert look(bank, loan, customer)["state"] == "closed"
    assert balance_of(bank, customer) == 0
    assert check_books(bank)


@pytest.mark.parametrize("border", TRIED)
def test_a_collection_survives_a_death(
    bank: Bank, officer: dict[str, str], monkeypatch: pytest.MonkeyPatch, border: str
) -> None:
    monkeypatch.setenv("ARHAN_HOME", str(bank.home.path))
    failpoints.marker(border).unlink(missing_ok=True)
    (customer,) = join(bank, count=1)
    loan = offered(bank, customer, officer)
    assert ask(bank, f"/{loan}/accept", customer.headers).json()["state"] == "active"
    live_on(bank, worker={"ARHAN_FAILPOINT": border})

    do(bank, "collect_instalments")

    eventually(failpoints.marker(border).exists, what=f"the death at {border}")
    eventually(lambda: first_is_paid(bank, loan, customer), what="the first instalment")
    found = look(bank, loan, customer)
    assert balance_of(bank, customer) == OPENING_BONUS + AMOUNT - found["rows"][0]["due"]
    paid = [p for p in found["payments"] if p["kind"] == "instalment" and p["state"] == "paid"]
    assert len(paid) == 1
    assert check_books(bank)
