"""Customers of a test's bank, who come in by the public API like anybody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import psycopg

from arhan.runner.customer import Bank as PublicBank
from arhan.runner.customer import Person
from arhan.runner.demo import NAMES, new_customer
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bank import Bank

OPENING_BONUS = 100_000
"""NGN 1,000.00, booked from the marketing account when a customer opens the first account."""


def mint_of(bank: Bank) -> Mint:
    """Signs tokens as this bank's identity service does."""
    keys = f"{bank.gateway}/api/identity/.well-known/jwks.json"
    httpx.get(keys, timeout=30).raise_for_status()  # a bank makes its first key when asked for it
    environment = bank.environment("identity")
    return Mint.of(database_url=environment["DATABASE_URL"], encryption_key=environment["ENCRYPTION_KEY"])


@dataclass(frozen=True)
class Customer:
    """Somebody with an account and a token that lasts as long as the test."""

    person: Person
    subject: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def transfer(self, payee: Customer, amount: int) -> dict[str, Any]:
        """The body of a transfer."""
        return {
            "payer_account": self.person.account_id,
            "payee_number": payee.person.account,
            "amount": amount,
            "currency": "NGN",
            "pin": self.person.pin,
        }


def join(bank: Bank, *, count: int, life_s: int = 3600) -> list[Customer]:
    """New customers who have proved who they are, each with a current account that holds the opening bonus."""
    mint = mint_of(bank)
    public = PublicBank(bank.gateway)
    customers = []
    for number in range(count):
        person = new_customer(*NAMES[number % len(NAMES)])
        subject = public.register(person)
        token = mint.person(subject=subject, life_s=life_s)
        public.come_with(token, person)
        public.open_account(person)
        customers.append(Customer(person, subject, token))
    public.close()
    prove(bank, *(customer.person.account for customer in customers))
    return customers


def prove(bank: Bank, *numbers: str) -> None:
    """The holders of these accounts count as tier 3: the law lets them move large sums."""
    theirs = "SELECT customer FROM account WHERE number = ANY (%s)"
    with psycopg.connect(bank.environment("account")["DATABASE_URL"]) as database:
        database.execute(f"UPDATE standing SET tier = 3 WHERE customer IN ({theirs})", [list(numbers)])  # noqa: S608
        database.execute(
            f"UPDATE balance SET tier = 3 FROM account WHERE id = account AND customer IN ({theirs})",  # noqa: S608
            [list(numbers)],
        )


def balance_of(bank: Bank, customer: Customer) -> int:
    """Current balance in minor units, as the customer is told."""
    url = f"{bank.gateway}/api/account/v1/accounts/{customer.person.account_id}"
    found = httpx.get(url, headers=customer.headers, timeout=30).raise_for_status().json()["balance"]
    return int(found["amount"] if isinstance(found, dict) else found)


def command(bank: Bank, *words: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    """`arhan WORDS` in another shell of the bank's operator."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ARHAN_")}
    return subprocess.run(
        [sys.executable, "-m", "arhan", *words],
        env=environment | {"ARHAN_HOME": str(bank.home.path)},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def check_books(bank: Bank) -> Mapping[str, Any]:
    """`arhan books check --json`; fails the test with what it names."""
    done = command(bank, "books", "check", "--json")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    report: dict[str, Any] = json.loads(done.stdout)
    return report
