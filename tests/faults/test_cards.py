"""Cards when things go wrong at the wrong moment: deaths at every border, races over the same holds."""

from __future__ import annotations

import json
import os
import pty
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet

from arhan.account.cards.number import unbind
from arhan.kernel import failpoints
from tests.bank import Bank, eventually
from tests.card_stock import key_name, stock
from tests.cards import Terminal
from tests.people import check_books, command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cards import Person, Plastic

CONVERGES_WITHIN_S = 60
RICHES = 2_000_000
AMOUNT = 1_000

BORDERS = {
    "payment.order_stored": "payment.engine",
    "payment.screened": "payment.engine",
    "payment.posted": "payment.engine",
    "payment.settled": "payment.engine",
    "account.committed": "account.engine",
}
DEEDS = ("hold", "capture", "release", "refund", "expiry")
ALWAYS = {
    ("payment.order_stored", "refund"),
    ("payment.screened", "hold"),
    ("payment.posted", "release"),
    ("payment.settled", "expiry"),
    ("account.committed", "capture"),
}
"""A death of each kind; ARHAN_ALL_DEATHS=1 tries every deed at every border."""
DEATHS = [
    (border, deed)
    for border in BORDERS
    for deed in DEEDS
    if (border, deed) in ALWAYS
    or (os.environ.get("ARHAN_ALL_DEATHS") and (border, deed) != ("payment.order_stored", "expiry"))
]
"""The sweep, which ends what has expired, stores nothing."""


@dataclass(frozen=True)
class Shop:
    """A bank with a card's holder who has plenty, and a merchant with a till."""

    bank: Bank
    terminal: Terminal
    payer: Person
    payee: Person
    card: Plastic
    armed: list[str] = field(default_factory=list)
    """Where the process that was restarted last dies."""

    def money(self) -> tuple[int, int, int]:
        """What the holder has, what is held of it, and what the merchant has."""
        return *self.terminal.money(self.payer), self.terminal.money(self.payee)[0]

    def authorise(self) -> str:
        """Funds held; the payment."""
        paid = self.terminal.paid(self.payer, self.card, self.payee, AMOUNT, capture="later")
        assert paid["status"] == "authorised", paid
        return str(paid["id"])

    def carry_on(self, payment: str, verb: str, body: Any = None, *, key: str = "") -> httpx.Response:
        return self.terminal.carry_on(self.payee.token, payment, verb, body, key=key)

    def rows(self, service: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.bank.superuser_url(service), autocommit=True) as database:
            cursor = database.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def end_time_of(self, payments: list[str], *, in_s: float) -> None:
        """Their holds run out then, and the sweep looks at them."""
        hold = "UPDATE hold SET expires_at = now() + make_interval(secs => %s) WHERE id = ANY (%s)"
        order = "UPDATE payment_order SET due_at = now() + make_interval(secs => %s) WHERE id = ANY (%s)"
        self.rows("account", hold, in_s, payments)
        self.rows("payment", order, in_s, payments)

    def held_and_open(self) -> tuple[int, int]:
        """What all accounts hold, and what all open holds reserve."""
        query = (
            "SELECT (SELECT sum(held) FROM balance)::bigint,"
            " (SELECT coalesce(sum(remaining), 0) FROM hold WHERE status = 'open')::bigint"
        )
        ((held, reserved),) = self.rows("account", query)
        return held, reserved


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with Bank.running() as running:
        yield running


@pytest.fixture(scope="module")
def shop(bank: Bank) -> Iterator[Shop]:
    terminal = Terminal(bank)
    payer, payee = terminal.join(), terminal.join()
    terminal.deposit(payer, RICHES)
    yield Shop(bank, terminal, payer, payee, terminal.card(payer))
    terminal.close()


@pytest.fixture(autouse=True)
def _home(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process leaves the mark of its death."""
    monkeypatch.setenv("ARHAN_HOME", str(bank.home.path))


def insist(ask: Callable[[], httpx.Response]) -> Any:
    """Ask again and again under one key, as a client does that gets no answer, until one comes."""
    deadline = time.monotonic() + CONVERGES_WITHIN_S
    while True:
        try:
            answer = ask()
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code == 201:
            return answer.json()
        known = answer is None or answer.status_code in {502, 503, 504}
        under_way = answer is not None and answer.json().get("code") == "idempotency_in_progress"
        assert known or under_way, answer and answer.text
        assert time.monotonic() < deadline, "no final answer"
        time.sleep(0.1)


@dataclass(frozen=True)
class Death:
    """One process that dies at one border as soon as somebody passes it."""

    shop: Shop
    border: str

    @property
    def mark(self) -> Path:
        return failpoints.marker(self.border)

    @property
    def process(self) -> str:
        return BORDERS[self.border]

    def arm(self) -> None:
        """It passes the border until `take`."""
        self.mark.parent.mkdir(parents=True, exist_ok=True)
        self.mark.touch()
        if self.border not in self.shop.armed:
            self.shop.bank.restart(self.process, environment={"ARHAN_FAILPOINT": self.border})
            self.shop.armed[:] = [self.border]

    def take(self, ask: Callable[[], httpx.Response]) -> Any:
        """The answer to who insists while the process dies under them."""
        self.shop.bank.forgive(self.process)
        self.mark.unlink()
        done = insist(ask)
        assert self.mark.exists(), f"nobody died at {self.border}"
        return done

    def of(self, verb: str, payment: str, body: Any = None) -> Any:
        key = str(uuid4())
        return self.take(lambda: self.shop.carry_on(payment, verb, body, key=key))


def hold(shop: Shop, death: Death) -> tuple[int, int, int]:
    key = str(uuid4())
    held = death.take(
        lambda: shop.terminal.pay(shop.payer.token, shop.card, shop.payee, AMOUNT, capture="later", key=key)
    )
    assert (held["status"], held["response_code"]) == ("authorised", "00")
    return 0, AMOUNT, 0


def capture(shop: Shop, death: Death) -> tuple[int, int, int]:
    taken = death.of("capture", shop.authorise(), {"amount": 400, "final": False})
    assert (taken["card_payment"]["status"], taken["card_payment"]["captured"]) == ("authorised", 400)
    return -400, AMOUNT - 400, 400


def release(shop: Shop, death: Death) -> tuple[int, int, int]:
    assert death.of("release", shop.authorise())["card_payment"]["status"] == "cancelled"
    return 0, 0, 0


def refund(shop: Shop, death: Death) -> tuple[int, int, int]:
    payment = shop.authorise()
    assert shop.carry_on(payment, "capture", {}).status_code == 201
    body = {"amount": 250, "pin": shop.payee.customer.person.pin}
    assert death.of("refund", payment, body)["status"] == "completed"
    seen = shop.terminal.get(f"/payment/v1/payments/{payment}", shop.payer.token)
    assert seen["refunded"] == 250
    return 250 - AMOUNT, 0, AMOUNT - 250


def expiry(shop: Shop, death: Death) -> tuple[int, int, int]:
    payment = shop.authorise()
    shop.bank.forgive(death.process)
    death.mark.unlink()
    shop.end_time_of([payment], in_s=0)
    eventually(death.mark.exists, what=f"the death at {death.border}")
    eventually(
        lambda: (
            shop.rows("payment", "SELECT code FROM payment_order WHERE id = %s", payment)
            == [("hold_expired",)]
        ),
        within_s=CONVERGES_WITHIN_S,
        what="the end of a hold whose time has passed",
    )
    return 0, 0, 0


@pytest.mark.parametrize(("border", "deed"), DEATHS)
def test_what_is_done_with_a_card_happens_once_though_a_process_dies(
    shop: Shop, border: str, deed: str
) -> None:
    """Dies there, is asked again under the same key, and the money is where one deed puts it."""
    death = Death(shop, border)
    death.arm()
    before, deaths = shop.money(), shop.bank.restarts(death.process)
    changes = globals()[deed](shop, death)
    eventually(lambda: shop.bank.restarts(death.process) > deaths, what="its new life")
    shop.bank.wait_ready(death.process)
    assert shop.money() == tuple(b + c for b, c in zip(before, changes, strict=True))
    held, reserved = shop.held_and_open()
    assert held == reserved


RACES, HOLDS, RACERS = 2_000, 200, 16
HOLDERS = 8
"""So many that no card is presented more often than a person presents one."""


def test_of_two_thousand_races_over_card_payments_each_ends_once_and_the_books_are_right(shop: Shop) -> None:
    """Captures and releases through the front door, while half of the holds run out and are swept."""
    holders = [shop.terminal.join() for _ in range(HOLDERS)]
    cards = [shop.terminal.card(holder) for holder in holders]

    def authorise(number: int) -> str:
        holder, card = holders[number % HOLDERS], cards[number % HOLDERS]
        paid = shop.terminal.paid(holder, card, shop.payee, AMOUNT, capture="later")
        assert paid["status"] == "authorised", paid
        return str(paid["id"])

    def money() -> tuple[int, int, int]:
        theirs = [shop.terminal.money(holder) for holder in holders]
        balance, held = (sum(column) for column in zip(*theirs, strict=True))
        return balance, held, shop.terminal.money(shop.payee)[0]

    before = money()
    with ThreadPoolExecutor(RACERS) as crowd:
        payments = list(crowd.map(authorise, range(HOLDS)))
    assert money() == (before[0], HOLDS * AMOUNT, before[2])
    chance = random.Random(6)
    running_out = [payment for n, payment in enumerate(payments) if n % 2]
    for start in range(0, len(running_out), 10):
        shop.end_time_of(running_out[start : start + 10], in_s=chance.uniform(0, 4))
    races = [(p, chance.choice(("capture", "release"))) for p in payments for _ in range(RACES // HOLDS)]
    chance.shuffle(races)

    def race(wish: tuple[str, str]) -> tuple[str, str, int, str]:
        payment, verb = wish
        answer = shop.carry_on(payment, verb, {} if verb == "capture" else None)
        return payment, verb, answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(RACERS) as crowd:
        told = list(crowd.map(race, races))
    assert len(told) == RACES
    assert {code for _, _, status, code in told if status != 201} <= {
        "hold_already_captured",
        "hold_already_released",
        "hold_expired",
    }, Counter(told_ for _, _, _, told_ in told)
    ended = Counter(payment for payment, _, status, _ in told if status == 201)
    assert max(ended.values()) == 1, "a hold was ended twice"
    states = "SELECT id, state, code, captured FROM payment_order WHERE id = ANY (%s)"
    eventually(
        lambda: all(row[1] != "authorised" for row in shop.rows("payment", states, payments)),
        within_s=CONVERGES_WITHIN_S,
        what="every hold to end",
    )
    found = {row[0]: row[1:] for row in shop.rows("payment", states, payments)}
    won = {payment: verb for payment, verb, status, _ in told if status == 201}
    for payment, (state, code, captured) in found.items():
        wanted = {
            "capture": ("completed", "", AMOUNT),
            "release": ("cancelled", "released", 0),
            "": ("cancelled", "hold_expired", 0),
        }
        assert (state, code, captured) == wanted[won.get(payment, "")], payment
    captures = sum(verb == "capture" for verb in won.values())
    moved = captures * AMOUNT
    assert money() == (before[0] - moved, 0, before[2] + moved)
    statuses = Counter(
        status for (status,) in shop.rows("account", "SELECT status FROM hold WHERE id = ANY (%s)", payments)
    )
    assert statuses["captured"] == captures
    assert statuses["released"] == sum(verb == "release" for verb in won.values())
    assert statuses["expired"] == HOLDS - len(won)
    held, reserved = shop.held_and_open()
    assert held == reserved
    assert check_books(shop.bank)


def test_a_card_pays_on_its_last_day_and_no_longer_swept_or_not(shop: Shop) -> None:
    owner = shop.terminal.join()
    last, over = shop.terminal.card(owner), shop.terminal.card(owner)
    today = date.fromisoformat(shop.rows("account", "SELECT current_date::text")[0][0])
    expires = "UPDATE card SET expires_on = %s WHERE id = %s"
    shop.rows("account", expires, today, last.id)
    shop.rows("account", expires, today - timedelta(days=1), over.id)
    last, over = shop.terminal.reveal(owner, last.id), shop.terminal.reveal(owner, over.id)
    assert shop.terminal.paid(owner, last, shop.payee)["status"] == "completed"
    late = shop.terminal.paid(owner, over, shop.payee)
    assert (late["code"], late["response_code"]) == ("card_expired", "54")
    assert state_of(shop, owner, over) == ("open", ""), "nobody has swept"

    closed = command(shop.bank, "cob", "run", "--date", today.isoformat(), "--json")
    assert closed.returncode == 0, f"{closed.stdout}\n{closed.stderr}"
    assert json.loads(closed.stdout)["closed"] == [today.isoformat()]
    for card in (last, over):
        assert state_of(shop, owner, card) == ("closed", "expired")
        late = shop.terminal.paid(owner, card, shop.payee)
        assert (late["code"], late["response_code"]) == ("card_expired", "54")
    assert check_books(shop.bank)


def state_of(shop: Shop, owner: Person, card: Plastic) -> tuple[str, str]:
    seen = shop.terminal.get(f"/account/v1/cards/{card.id}", owner.token)
    return seen["status"], seen["reason"]


STOCK = 5_000
ROTATE = [sys.executable, "-m", "arhan.account.commands", "keys", "rotate", "--cards", "--json"]


@dataclass
class Customers:
    """People who show their card's number and pay by card without a pause, and note what they were told."""

    shop: Shop
    told: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def show(self) -> None:
        terminal, payer, card = self.shop.terminal, self.shop.payer, self.shop.card
        while not self.stop.wait(0.05):
            proof = {"proof": terminal.proof(payer, "reveal_card", card.id)}
            shown = terminal.ask("POST", f"/account/v1/cards/{card.id}/reveal", payer.token, proof)
            right = shown.status_code == 200 and shown.json()["number"] == card.number
            self.told["shown" if right else shown.text] += 1

    def pay(self) -> None:
        terminal, payer = self.shop.terminal, self.shop.terminal.join()
        card = terminal.card(payer)
        for _ in range(30):  # one more, and screening asks whether it is them
            if self.stop.wait(0.05):
                return
            paid = terminal.pay(payer.token, card, self.shop.payee, 10, capture="later")
            self.told[paid.json().get("status", paid.text)] += 1


def rotate_on_a_screen(told: dict[str, str]) -> tuple[dict[str, Any], str]:
    """`arhan keys rotate --cards` as somebody sees it who sits there."""
    master, screen = pty.openpty()
    done = subprocess.run(ROTATE, env=told, stdout=subprocess.PIPE, stderr=screen, text=True, check=True)
    os.close(screen)
    seen = os.read(master, 100_000).decode(errors="replace")
    os.close(master)
    report: dict[str, Any] = json.loads(done.stdout)
    return report, seen


def test_card_numbers_get_a_new_key_while_cards_are_used_though_it_is_killed_on_the_way(shop: Shop) -> None:
    old, new = shop.bank.environment("account")["ENCRYPTION_KEY"], Fernet.generate_key().decode()
    numbers = stock(shop.bank.database_url("account"), key=old, count=STOCK)
    known = {"ENCRYPTION_KEY": f"{new},{old}"}
    shop.bank.restart("account.office", environment=known)
    told = os.environ | shop.bank.environment("account") | known
    under_new = "SELECT count(*) FROM card WHERE key_id = %s"
    customers = Customers(shop)
    people = [threading.Thread(target=customers.show), threading.Thread(target=customers.pay)]
    for person in people:
        person.start()
    try:
        with subprocess.Popen(ROTATE, env=told, stdout=subprocess.DEVNULL) as running:
            while not shop.rows("account", under_new, key_name(new))[0][0]:
                assert running.poll() is None
            running.kill()
        ((done,),) = shop.rows("account", under_new, key_name(new))
        assert 0 < done < STOCK, "it was to be killed on its way"
        report, seen = rotate_on_a_screen(told)
        eventually(lambda: min(customers.told["shown"], customers.told["authorised"]) >= 5)
    finally:
        customers.stop.set()
        for person in people:
            person.join()
    assert report["left"] == 0
    assert report["rotated"] >= STOCK - done
    assert "100%" in seen
    assert set(customers.told) == {"shown", "authorised"}, customers.told
    kept = shop.rows("account", "SELECT id, number_ciphertext FROM card WHERE customer = 'usr_stock'")
    alone = Fernet(new)
    assert {id_: unbind(alone.decrypt(bytes(sealed)), card=id_) for id_, sealed in kept} == numbers
