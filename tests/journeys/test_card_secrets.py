"""After everything that can be done with a card, its number, code and PIN are nowhere but encrypted."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

import psycopg
import pytest

from arhan.kernel import broker
from tests.cards import Terminal, use_cards_for_a_day
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
    numbers, short = use_cards_for_a_day(terminal)
    assert scan_bank(bank, numbers=numbers, short=short) == []


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


def packed(text: str) -> str:
    """As a batch of events travels (kernel/inbox.py)."""
    return b64encode(zlib.compress(text.encode())).decode()


def test_a_number_packed_as_events_are_is_found() -> None:
    body = b64encode(json.dumps([[], {"batch": packed(NUMBER)}]).encode()).decode()
    assert list(findings(json.dumps({"body": body}))) == [NUMBER]


def test_a_number_planted_in_a_table_an_event_and_a_queue_is_found(own_bank: Bank) -> None:
    own_bank.stop("ledger.worker")
    with psycopg.connect(own_bank.superuser_url("payment"), autocommit=True) as database:
        database.execute(
            "INSERT INTO outbox (event_id, type, subject, event_at, traceparent, data)"
            " VALUES ('evt_planted', 'x', 'x', now(), '', %s)",
            (json.dumps({"card": NUMBER}),),
        )
    with psycopg.connect(own_bank.superuser_url("account"), autocommit=True) as database:
        app = broker.make_app("planted", own_bank.broker_url)
        broker.send(app, "ledger.hear", to="ledger", arguments={"packed": packed(f"card {NUMBER}")})
        app.close()
        database.execute("CREATE TABLE planted (bytes bytea, queued jsonb)")
        database.execute(
            "INSERT INTO planted VALUES (%s, %s)",
            (NUMBER.encode(), json.dumps({"n": "2223 9900 0000 0009"})),
        )
    found = {(f.where, f.what) for f in scan_bank(own_bank)}
    assert ("arhan_payment: public.outbox.data", NUMBER) in found
    assert ("arhan_account: public.planted.bytes", NUMBER) in found
    assert ("arhan_account: public.planted.queued", NUMBER) in found
    assert [where for where, _ in found if "q_arhan" in where], found
