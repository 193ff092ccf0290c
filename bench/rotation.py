"""A new key for 200,000 card numbers, while cards are used: numbers a second beside their encryption alone.

A whole bank with a stock of cards, written in bulk as the account service writes them. What a number
costs at least is measured first: MultiFernet's decrypt and encrypt in one process, nothing else. Then
the bank learns a new key and `arhan keys rotate --cards` runs twice: once while people show their card
numbers and pay by card without a pause, killed on its way and begun again; and once alone, whose speed
is set beside the encryption's. Afterwards every number is read with the newest key by itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from cryptography.fernet import Fernet, MultiFernet

from arhan.account.cards.number import unbind
from tests.bank import Bank
from tests.card_stock import key_name, stock
from tests.cards import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cards import Person, Plastic

DESCRIPTION = (
    "A new key for 200,000 card numbers while cards are used: numbers a second, errors, kill and resume."
)

CARDS, QUICK_CARDS = 200_000, 10_000
CARDS_EACH = 10
SAMPLE = 20_000
PAYERS = 4
PAY_EVERY_S, REVEAL_EVERY_S = 0.1, 0.1
PAYMENTS_A_CARD = 25
KILLED_AFTER = 0.3
WANTED_RATIO = 0.1
AMOUNT = 10


@dataclass
class Counter:
    """Somebody who asks the bank for the same thing again and again, and notes the answers."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, what: Callable[[], str]) -> None:
        """`what` answers with what was wrong, or nothing."""
        began = time.monotonic()
        try:
            wrong = what()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a customer would see
            wrong = repr(error)
        self.waits.append(time.monotonic() - began)
        if wrong:
            self.errors.append(wrong)

    def describe(self) -> dict[str, Any]:
        """As JSON."""
        waits = sorted(self.waits)
        return {
            "answers": len(waits),
            "errors": len(self.errors),
            "first_errors": self.errors[:3],
            "p50_ms": round(1000 * waits[len(waits) // 2], 1),
            "p99_ms": round(1000 * waits[len(waits) * 99 // 100], 1),
        }


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether it is what the bank promises."""
    count = QUICK_CARDS if quick else CARDS
    old, first, second = (Fernet.generate_key().decode() for _ in range(3))
    say("starting a bank ...")
    with Bank.running() as bank:
        kept = bank.environment("account")["ENCRYPTION_KEY"]
        url = bank.database_url("account")
        say(f"making {count:,} cards ...")
        numbers = stock(url, key=old, count=count, accounts=count // CARDS_EACH)
        alone = _encryption_alone(url, [first, old])
        say(f"encryption alone: {alone:,.0f} numbers/s; teaching the bank a new key ...")
        used = _rotate_while_used(bank, [first, old, kept], count, say=say)
        say("once more, with nobody there ...")
        quiet = _rotate_alone(bank, [second, first], say=say)
        lost = _lost(url, second, numbers)
    ratio = quiet["per_s"] / alone
    errors = used["reveals"]["errors"] + used["authorisations"]["errors"]
    done = not used["left"] and not quiet["left"] and not lost
    return {
        "cards": count,
        "numbers_per_s": quiet["per_s"],
        "encryption_alone_per_s": round(alone, 1),
        "ratio": round(ratio, 3),
        "wanted": {"ratio": WANTED_RATIO, "errors": 0, "lost": 0, "left": 0},
        "while_used": used,
        "alone": quiet,
        "lost": lost,
        "passed": ratio >= WANTED_RATIO and not errors and done,
    }


def _encryption_alone(url: str, keys: list[str]) -> float:
    """Numbers a second that one process decrypts and encrypts anew, in memory."""
    fernet = MultiFernet([Fernet(key) for key in keys])
    with psycopg.connect(url) as database:
        query = "SELECT number_ciphertext FROM card WHERE customer = 'usr_stock' LIMIT %s"
        sealed = [bytes(row[0]) for row in database.execute(query, (SAMPLE,))]
    began = time.monotonic()
    for each in sealed:
        fernet.encrypt(fernet.decrypt(each))
    return len(sealed) / (time.monotonic() - began)


def _rotate_while_used(
    bank: Bank, keys: list[str], count: int, *, say: Callable[[str], None]
) -> dict[str, Any]:
    """The first rotation: people at the counter, a kill on the way."""
    told = _teach(bank, keys)
    terminal = Terminal(bank)
    owners = [terminal.join() for _ in range(PAYERS)]
    payee = terminal.join()
    stop, reveals, payments = threading.Event(), Counter(), Counter()
    card = terminal.issue(owners[0])["id"]

    def reveal() -> str:
        proof = {"proof": terminal.proof(owners[0], "reveal_card", card)}
        shown = terminal.ask("POST", f"/account/v1/cards/{card}/reveal", owners[0].token, proof)
        return "" if shown.status_code == 200 else shown.text

    def keep_revealing() -> None:
        while not stop.wait(REVEAL_EVERY_S):
            reveals.ask(reveal)

    def keep_paying(owner: Person) -> None:
        for plastic in _new_cards(terminal, owner):
            for _ in range(PAYMENTS_A_CARD):
                if stop.wait(PAY_EVERY_S):
                    return
                payments.ask(lambda: _pay(terminal, owner, plastic, payee))  # noqa: B023 - asked at once

    people = [threading.Thread(target=keep_revealing)]
    people += [threading.Thread(target=keep_paying, args=(owner,)) for owner in owners]
    for person in people:
        person.start()
    began = time.monotonic()
    try:
        killed_at = _rotate_and_kill(bank, told, keys, round(count * KILLED_AFTER))
        say(f"killed with {killed_at:,} numbers under the new key; beginning again ...")
        report = _rotate(told)
    finally:
        seconds = time.monotonic() - began
        stop.set()
        for person in people:
            person.join()
        terminal.close()
    return {
        "per_s": round((killed_at + report["rotated"]) / seconds, 1),
        "killed_with": killed_at,
        "resumed_with": report["rotated"],
        "left": report["left"],
        "reveals": reveals.describe(),
        "authorisations": payments.describe(),
    }


def _new_cards(terminal: Terminal, owner: Person) -> Iterator[Plastic]:
    """One card after another: none pays so often that screening would ask."""
    while True:
        plastic = terminal.card(owner)
        yield plastic
        terminal.post(f"/account/v1/cards/{plastic.id}/close", owner.token)


def _pay(terminal: Terminal, owner: Person, plastic: Plastic, payee: Person) -> str:
    answer = terminal.pay(owner.token, plastic, payee, AMOUNT, capture="later", pin=None)
    told = answer.json()
    return "" if told.get("status") in {"authorised", "review"} else answer.text


def _rotate_alone(bank: Bank, keys: list[str], *, say: Callable[[str], None]) -> dict[str, Any]:
    report = _rotate(_teach(bank, keys))
    per_s = round(report["rotated"] / report["seconds"], 1)
    say(f"{report['rotated']:,} numbers in {report['seconds']} s: {per_s:,.0f}/s")
    return {"per_s": per_s, "left": report["left"], "seconds": report["seconds"]}


def _teach(bank: Bank, keys: list[str]) -> dict[str, str]:
    """The newest key is in front, the office knows it; what the command is told."""
    known = {"ENCRYPTION_KEY": ",".join(keys)}
    bank.restart("account.office", environment=known)
    return os.environ | bank.environment("account") | known


ROTATE = [sys.executable, "-m", "arhan.account.commands", "keys", "rotate", "--cards", "--json"]


def _rotate(told: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(ROTATE, env=told, stdout=subprocess.PIPE, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _rotate_and_kill(bank: Bank, told: dict[str, str], keys: list[str], when: int) -> int:
    """Begin, and be killed once so many are done; how many were."""
    query = "SELECT count(*) FROM card WHERE key_id = %s"
    with (
        psycopg.connect(bank.database_url("account"), autocommit=True) as database,
        subprocess.Popen(ROTATE, env=told, stdout=subprocess.DEVNULL) as running,
    ):
        done = 0
        while done < when and running.poll() is None:
            time.sleep(0.05)
            ((done,),) = database.execute(query, (key_name(keys[0]),)).fetchall()
        running.kill()
        running.wait()
        ((done,),) = database.execute(query, (key_name(keys[0]),)).fetchall()
    return int(done)


def _lost(url: str, key: str, numbers: dict[str, str]) -> int:
    """How many of the stock cannot be read with this key alone, or say another number."""
    fernet = Fernet(key)
    with psycopg.connect(url) as database:
        rows = database.execute(
            "SELECT id, number_ciphertext FROM card WHERE customer = 'usr_stock'"
        ).fetchall()
    right = sum(unbind(fernet.decrypt(bytes(sealed)), card=id_) == numbers[id_] for id_, sealed in rows)
    return len(numbers) - right
