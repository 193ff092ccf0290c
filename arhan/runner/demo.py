"""People for a bank that would otherwise be empty: a few on the first start, more on `arhan demo`.

Customers come in by the public API like anybody else. Staff are appointed by the command line,
because nobody registers as staff; each has an authenticator, because staff sign in with two factors.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyotp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from arhan.kernel.auth import STAFF_ROLES
from arhan.runner import environment, home
from arhan.runner.customer import CODE, Bank, Person
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from arhan.runner.home import Home

NAMES = (
    ("Amina", "Bello"), ("Chidi", "Okafor"), ("Funke", "Adeyemi"), ("Ibrahim", "Musa"), ("Ngozi", "Eze"),
    ("Tunde", "Bakare"), ("Zainab", "Yusuf"), ("Emeka", "Nwosu"), ("Halima", "Sani"), ("Segun", "Ojo"),
    ("Ifeoma", "Obi"), ("Kabiru", "Lawal"), ("Bisi", "Akande"), ("Uche", "Anyanwu"), ("Maryam", "Abubakar"),
    ("Femi", "Olawale"), ("Chioma", "Nnadi"), ("Danladi", "Garba"), ("Yetunde", "Coker"), ("Obinna", "Uzor"),
)  # fmt: skip
FIRST_CUSTOMERS = 3
FIRST_PAYMENTS = (
    (0, 1, 12_500, "Lunch"),
    (1, 2, 30_000, "Books"),
    (2, 0, 7_550, "Taxi"),
    (0, 2, 20_000, "Gift"),
)
"""payer, payee, kobo, narration"""
CARD_HOLDERS, CARD_PAYMENTS_EACH = 2, 5
READINGS = 10
"""How often the mailbox is looked into for a code before we give up."""
SMALLEST_PAYMENT = 1_025
LARGEST_PAYMENT = 9_975


def remembered(at: Home) -> list[dict[str, str]]:
    """The people of the first start, with their passwords; empty before it."""
    try:
        return list(json.loads(_file(at).read_text()))
    except (OSError, ValueError):
        return []


def seed(at: Home) -> None:
    """Let the first people in: three customers with accounts and a few payments, one of staff per role."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        staff = pool.map(appoint, STAFF_ROLES)
        customers = let_in(Bank(environment.existing(at).gateway_url))
        _remember(at, [*customers, *staff])


def let_in(bank: Bank) -> list[Person]:
    """The first customers: each with an account, and a few payments among them."""
    customers = [new_customer(*name) for name in NAMES[:FIRST_CUSTOMERS]]
    for person in customers:
        bank.register(person)
        bank.open_account(person)
    for payer, payee, amount, narration in FIRST_PAYMENTS:
        bank.pay(customers[payer], payee=customers[payee], amount=amount, narration=narration)
    bank.close()
    return customers


def new_customer(first_name: str, last_name: str) -> Person:
    """Somebody new with a name of their own; the same names may come again tomorrow."""
    tag = secrets.token_hex(3)
    username = f"{first_name.lower()}.{tag}"
    return Person(
        role="customer",
        username=username,
        password=secrets.token_urlsafe(12),
        first_name=first_name,
        last_name=last_name,
        email=f"{username}@example.com",
        phone=f"+23480{secrets.randbelow(10**8):08d}",
    )


def appoint(role: str) -> Person:
    """Make somebody a member of staff with `arhan staff create`."""
    tag = secrets.token_hex(3)
    person = Person(
        role=role,
        username=f"{role}.{tag}",
        password=secrets.token_urlsafe(12),
        first_name=role.replace("_", " ").title(),
        last_name="Demo",
        email=f"{role}.{tag}@example.com",
        phone="+2348000000000",
        authenticator=pyotp.random_base32(),
    )
    options = {
        "--username": person.username,
        "--email": person.email,
        "--role": role,
        "--first-name": person.first_name,
        "--last-name": person.last_name,
        "--totp-secret": person.authenticator,
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "arhan",
            "staff",
            "create",
            *(word for pair in options.items() for word in pair),
        ],
        input=person.password + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"arhan staff create failed: {done.stderr[-500:]}"
        raise CannotRun(msg)
    return person


def this_bank() -> str:
    """The origin of the bank that runs on this machine."""
    return environment.existing(home.find()).gateway_url


def populate(url: str, *, customers: int, payments: int, reads_texts: bool) -> int:
    """`arhan demo`: new customers with accounts, and payments among them; 0 when at least one was completed.

    Whoever wants a card must type a code that was texted: `reads_texts` where that can be read, on
    the bank's own machine.
    """
    console = Console(stderr=True, highlight=False)
    bank = Bank(url)
    with _progress(console) as progress:
        arriving = progress.add_task("Customers", total=customers)
        people = []
        for number in range(customers):
            person = new_customer(*NAMES[number % len(NAMES)])
            bank.register(person)
            bank.open_account(person)
            people.append(person)
            progress.advance(arriving)
        paying = progress.add_task("Payments", total=payments)
        outcomes = pay_around(bank, people, payments=payments, done=lambda: progress.advance(paying))
        if reads_texts and payments:
            swiping = progress.add_task("By card", total=CARD_HOLDERS * CARD_PAYMENTS_EACH)
            by_card = pay_by_card(bank, people, done=lambda: progress.advance(swiping))
            outcomes.update({(f"by card {status}", code): n for (status, code), n in by_card.items()})
    bank.close()
    _say(console, people, outcomes)
    return 0 if outcomes["completed", ""] or not payments else 1


def pay_around(
    bank: Bank, people: list[Person], *, payments: int, done: Callable[[], None]
) -> Counter[tuple[str, str]]:
    """Pay small amounts between people at random; how often each (status, code) was the answer."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for number in range(payments):
        payer, payee = random.sample(people, 2)
        amount = random.randint(SMALLEST_PAYMENT, LARGEST_PAYMENT)  # noqa: S311 - nobody gains by guessing it
        payment = bank.pay(payer, payee=payee, amount=amount, narration=f"Demo {number + 1}")
        outcomes[payment.status, payment.code] += 1
        done()
    return outcomes


def pay_by_card(bank: Bank, people: list[Person], *, done: Callable[[], None]) -> Counter[tuple[str, str]]:
    """A few people get cards and pay with them; how often each (status, code) was the answer."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for payer in people[:CARD_HOLDERS]:
        card = bank.request_card(payer, read_code=read_code)
        for _ in range(CARD_PAYMENTS_EACH):
            payee = random.choice([person for person in people if person is not payer])  # noqa: S311 - nobody gains by guessing it
            payment = bank.pay_by_card(payer, card, payee=payee, amount=SMALLEST_PAYMENT)
            outcomes[payment.status, payment.code] += 1
            done()
    return outcomes


def read_code(phone: str, before: str) -> str:
    """The newest code texted to a phone number, but not the one that was there before.

    It comes from the mailbox of a bank without a mail server.
    """
    for _ in range(READINGS):
        letters = _arhan("mailbox", "list", "--address", phone, "--limit", "1")
        found = CODE.findall(letters.replace(phone, ""))
        if found and found[-1] != before:
            return str(found[-1])
        time.sleep(1)
    msg = f"no code came for {phone}"
    raise CannotRun(msg)


def _arhan(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "arhan", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        msg = f"arhan {words[0]} failed: {done.stderr[-500:]}"
        raise CannotRun(msg)
    return done.stdout


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _say(console: Console, people: list[Person], outcomes: Counter[tuple[str, str]]) -> None:
    for (status, code), count in outcomes.most_common():
        console.print(f"{count:5} {status}{f' ({code})' if code else ''}")
    first = people[0]
    console.print(f"Sign in as {first.username} with {first.password} (PIN {first.pin}).")


def _file(at: Home) -> Path:
    return at.path / "demo.json"


def _remember(at: Home, people: list[Person]) -> None:
    descriptor = os.open(_file(at), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump([person.as_json() for person in people], file, indent=1)


if __name__ == "__main__":
    seed(home.find())
