"""Card authorisations through the front door beside transfers through it, in the same run, in turns.

A whole bank as in transfers.py, its customers seeded the same way; each has a card besides, written in
bulk as the account service writes it. What is measured is an authorisation with code and PIN that
holds funds (`capture: later`): the card found by its keyed hash, its code derived and compared, its PIN
proved in the login, screened, held in the posting engine with its controls and counters, settled,
answered. Rounds of both take turns, so that a noisy neighbour disturbs both alike. First every customer
does each once, so that logins have proved their PINs. Some payments at once by card are reported too.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg

from arhan.account.cards.number import compose, cvv_of, printed_expiry
from arhan.account.domain import pins
from arhan.kernel.ids import new_id
from bench.load import Customer, Job, Phase, Plastic
from bench.people import CURRENCY, seed
from bench.transfers import (
    CLIENTS,
    ERRORS,
    PAYEES_EACH,
    TOKEN_LIFE_S,
    _latencies,
    _load,
    _mint,
    _sum_of_balances,
    wait_for_ledger,
)
from bench.transfers import PATH as TRANSFERS
from tests.bank import Bank
from tests.card_stock import EXPIRES_ON, ISSUER, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.people import Person
    from bench.transfers import Load
    from tests.tokens import Mint

DESCRIPTION = "Card authorisations a second beside transfers a second, through the gateway, everything on."

CUSTOMERS, QUICK_CUSTOMERS = 5_000, 2_000
ROUNDS, QUICK_ROUNDS = 4, 2
ROUND_S = 6.0
WANTED_RATIO = 0.7
PATH = "/api/payment/v1/card-payments"


def run(*, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure, and say whether it is what the bank promises."""
    say("starting a bank ...")
    with Bank.running() as bank:
        mint = _mint(bank)
        people = seed(bank, mint, count=QUICK_CUSTOMERS if quick else CUSTOMERS, say=say)
        cards = _stock(bank, people, say)
        wait_for_ledger(bank)
        jobs = {
            "authorisations": _job(bank, mint, people, cards, path=PATH, capture="later"),
            "transfers": _job(bank, mint, people, [None] * len(people), path=TRANSFERS),
            "captured_at_once": _job(bank, mint, people, cards, path=PATH, capture="now"),
        }
        with (
            _load(jobs["authorisations"]) as first,
            _load(jobs["transfers"]) as second,
            _load(jobs["captured_at_once"]) as third,
        ):
            loads = {"authorisations": first, "transfers": second, "captured_at_once": third}
            found = _measure(bank, loads, len(people), rounds=QUICK_ROUNDS if quick else ROUNDS, say=say)
        held, open_ = _holds(bank)
        balanced = _sum_of_balances(bank) == 0 and held == open_
    ratio = found["authorisations"]["per_s"] / found["transfers"]["per_s"]
    errors = sum(kind["errors"] for kind in found.values())
    return {
        "authorisations_per_s": found["authorisations"]["per_s"],
        "transfers_per_s": found["transfers"]["per_s"],
        "ratio": round(ratio, 3),
        "wanted": {"ratio": WANTED_RATIO, "errors": 0},
        **found,
        "clients": CLIENTS,
        "customers": len(people),
        "balances_sum_to_zero_and_held_equals_open_holds": balanced,
        "passed": ratio >= WANTED_RATIO and not errors and balanced,
    }


def _measure(
    bank: Bank, loads: dict[str, Load], customers: int, *, rounds: int, say: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    phases: dict[str, list[dict[str, Any]]] = {name: [] for name in loads}
    for name, load in loads.items():
        say(f"{name}: every customer once ...")
        load.run(Phase(requests=customers))
        wait_for_ledger(bank)
    for number in range(rounds):
        for name, load in loads.items():
            say(f"{name}, round {number + 1} of {rounds} ...")
            phases[name].append(load.run(Phase(seconds=ROUND_S)))
            wait_for_ledger(bank)
    return {name: _describe(done) for name, done in phases.items()}


def _describe(phases: list[dict[str, Any]]) -> dict[str, Any]:
    answers = sum((Counter(phase["answers"]) for phase in phases), Counter[str]())
    good = sum(answers.get(state, 0) for state in ("completed", "authorised"))
    return {
        "per_s": round(good / sum(phase["seconds"] for phase in phases), 1),
        **_latencies(phases),
        "answers": dict(answers),
        "errors": sum(n for name, n in answers.items() if name.startswith(ERRORS)),
    }


def _stock(bank: Bank, people: list[Person], say: Callable[[str], None]) -> list[Plastic]:
    """A card for everybody, with the PIN of their account."""
    say(f"making {len(people):,} cards ...")
    told = bank.environment("account")
    numbers = [compose(issuer=ISSUER, account_part=700_000_000 + n) for n in range(len(people))]
    holders = [(p.account, p.id, number) for p, number in zip(people, numbers, strict=True)]
    index_key, cvv_key = told["ARHAN_BLIND_INDEX_KEY"].encode(), told["ARHAN_CVV_KEY"].encode()
    pin_key, expiry = told["ARHAN_PIN_KEY"].encode(), printed_expiry(EXPIRES_ON)
    with psycopg.connect(bank.database_url("account")) as database, database.cursor() as cursor:
        ids = write(cursor, holders, encryption_key=told["ENCRYPTION_KEY"].split(",")[0], index_key=index_key)
        columns = b"COPY card_pin (card, salt, iterations, verifier, version, tries_left) FROM STDIN"
        with cursor.copy(columns) as stream:
            for card, person in zip(ids, people, strict=True):
                salt = card[-16:].encode()
                sealed = pins.seal(key=pin_key, account=card, pin=person.pin)
                verifier = pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS)
                stream.write_row((card, salt, pins.ITERATIONS, verifier, 1, pins.TRIES))
        for table in ("card", "card_pin", "card_spending", "card_code"):
            cursor.execute(f"ANALYZE {table}".encode())
    return [Plastic(n, expiry, cvv_of(key=cvv_key, number=n, expires=expiry)) for n in numbers]


def _job(
    bank: Bank,
    mint: Mint,
    people: list[Person],
    cards: list[Plastic] | list[None],
    *,
    path: str,
    capture: str = "",
) -> Job:
    """Everybody pays the same two others each time, with their account or with their card."""
    chance = random.Random(0)
    return Job(
        host="127.0.0.1",
        port=bank.port("gateway"),
        path=path,
        connections=CLIENTS,
        currency=CURRENCY,
        run=new_id("run"),
        capture=capture,
        customers=[
            Customer(
                token=mint.person(subject=p.id, life_s=TOKEN_LIFE_S, tier=3),
                account=p.account,
                pin=p.pin,
                payees=[q.number for q in chance.sample(people, PAYEES_EACH + 1) if q is not p][:PAYEES_EACH],
                card=card,
            )
            for p, card in zip(people, cards, strict=True)
        ],
    )


def _holds(bank: Bank) -> tuple[int, int]:
    """What all accounts hold, and what all open holds reserve."""
    with psycopg.connect(bank.database_url("account")) as database:
        row = database.execute(
            "SELECT (SELECT coalesce(sum(held), 0) FROM balance),"
            " (SELECT coalesce(sum(remaining), 0) FROM hold WHERE status = 'open')"
        ).fetchone()
    assert row is not None, "sums have a row"
    return int(row[0]), int(row[1])
