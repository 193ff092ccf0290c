"""After everything that can be done with a card, its number, code and PIN are nowhere but encrypted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.cards import Terminal
from tests.scanner import findings, scan_bank, scan_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bank import Bank

NUMBER = "2223990000000009"


@pytest.fixture
def terminal(bank: Bank) -> Iterator[Terminal]:
    opened = Terminal(bank)
    yield opened
    opened.close()


def test_nothing_of_a_card_is_left_behind_by_a_day_of_using_it(bank: Bank, terminal: Terminal) -> None:
    payer, payee = terminal.join(), terminal.join()
    card = terminal.card(payer)
    paid = terminal.paid(payer, card, payee, 1_000, narration="shoes")
    terminal.carry_on(terminal.staff("teller"), paid["id"], "refund", {"amount": 500})
    held = terminal.paid(payer, card, payee, 2_000, capture="later", mcc="5411")
    terminal.carry_on(payee.token, held["id"], "capture", {"amount": 500, "final": False})
    terminal.carry_on(payee.token, held["id"], "release")
    for wrong in ({"cvv": "000"}, {"pin": "0000"}, {"expiry": "01/99"}, {"amount": 0}, {"payee_number": "1"}):
        terminal.pay(payer.token, card, payee, **wrong)
    terminal.pay("not a token", card, payee)
    terminal.pay(payer.token, card, payee, currency="naira", surprise=card.number)
    terminal.ask("POST", "/payment/v1/transfers", payer.token, {"card_number": card.number, "cvv": card.cvv})
    terminal.ask("POST", "/account/v1/cards", payer.token, {"account": card.number, "pin": card.cvv})
    pin = {"new_pin": "7391", "current_pin": card.pin}
    terminal.post(f"/account/v1/cards/{card.id}/pin", payer.token, pin, status=200)
    new = {"reason": "compromised", "pin": "7391"}
    made = terminal.post(f"/account/v1/cards/{card.id}/replace", payer.token, new, status=201)
    replaced = terminal.reveal(payer, made["id"])
    known = [card.number, replaced.number]
    assert scan_bank(bank, numbers=known, short=[card.cvv, replaced.cvv, card.pin, "7391"]) == []


def test_a_number_planted_in_a_log_is_found(tmp_path: Path) -> None:
    (tmp_path / "payment.engine.log").write_text(json.dumps({"event": "x", "body": f"card {NUMBER}"}) + "\n")
    (found,) = scan_files(tmp_path)
    assert (found.where, found.what) == ("payment.engine.log:1", NUMBER)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2223 9900 0000 0009", [NUMBER]),
        ("2223-9900-0000-0009", [NUMBER]),
        ("2223990000000008", []),
        ("1762345678901234567", []),
        ('{"cvv":"123"}', ["cvv 123"]),
        ("pin=4711", ["pin 4711"]),
        ("captured 4711", []),
    ],
)
def test_what_a_number_and_a_named_code_look_like(text: str, found: list[str]) -> None:
    assert list(findings(text)) == found


def test_a_number_planted_in_a_table_an_event_and_a_queue_is_found(own_bank: Bank) -> None:
    with psycopg.connect(own_bank.superuser_url("payment"), autocommit=True) as database:
        database.execute(
            "INSERT INTO outbox (event_id, type, subject, event_at, traceparent, data)"
            " VALUES ('evt_planted', 'x', 'x', now(), '', %s)",
            (json.dumps({"card": NUMBER}),),
        )
    with psycopg.connect(own_bank.superuser_url("account"), autocommit=True) as database:
        database.execute("CREATE TABLE planted (bytes bytea, queued jsonb)")
        database.execute(
            "INSERT INTO planted VALUES (%s, %s)",
            (NUMBER.encode(), json.dumps({"n": "2223 9900 0000 0009"})),
        )
    found = {(f.where, f.what) for f in scan_bank(own_bank)}
    assert ("arhan_payment: public.outbox.data", NUMBER) in found
    assert ("arhan_account: public.planted.bytes", NUMBER) in found
    assert ("arhan_account: public.planted.queued", NUMBER) in found
