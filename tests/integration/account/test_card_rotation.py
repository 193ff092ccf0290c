"""Replacing the key of card numbers: killed halfway, begun again, and readable all the while."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest
from cryptography.fernet import Fernet, MultiFernet

from arhan.account.cards.number import bind, compose, unbind
from tests.account_house import migrated_database
from tests.card_stock import stock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CARDS = 2_000
ROTATE = [sys.executable, "-m", "arhan.account.commands", "keys", "rotate", "--cards", "--json"]


def under(url: str) -> dict[str, int]:
    """How many stocked cards are under which key."""
    with psycopg.connect(url) as database:
        query = "SELECT key_id, count(*) FROM card WHERE customer = 'usr_stock' GROUP BY 1"
        return dict(database.execute(query).fetchall())


@pytest.fixture
def house() -> Iterator[Mapping[str, str]]:
    """A database whose cards are all under the keys of this test."""
    with migrated_database() as environment:
        yield environment


def test_a_rotation_that_was_killed_goes_on_where_it_stopped(house: Mapping[str, str]) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    url = house["DATABASE_URL"]
    expected = stock(url, key=old, count=CARDS)
    environment = {**house, "ENCRYPTION_KEY": f"{new},{old}"}
    with subprocess.Popen(ROTATE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while len(under(url)) < 2:
            assert running.poll() is None, running.stderr.read() if running.stderr else ""
        running.kill()
    done_before = CARDS - max(under(url).values()) if len(under(url)) > 1 else CARDS
    assert 0 < done_before < CARDS, "the rotation was to be killed halfway"
    readable = MultiFernet([Fernet(new), Fernet(old)])
    with psycopg.connect(url) as database:
        rows = database.execute(
            "SELECT id, number_ciphertext FROM card WHERE customer = 'usr_stock'"
        ).fetchall()
    assert {i: unbind(readable.decrypt(bytes(s)), card=i) for i, s in rows} == expected
    done = subprocess.run(ROTATE, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert (report["rotated"], report["left"]) == (CARDS - done_before, 0) or report["left"] == 0
    with psycopg.connect(url) as database:
        rows = database.execute(
            "SELECT id, number_ciphertext FROM card WHERE customer = 'usr_stock'"
        ).fetchall()
    assert {i: unbind(Fernet(new).decrypt(bytes(s)), card=i) for i, s in rows} == expected
    assert len(under(url)) == 1


def test_a_ciphertext_put_beside_another_card_is_not_read_as_its_number() -> None:
    sealed = bind(card="card_one", number=compose(issuer="222399", account_part=1))
    with pytest.raises(ValueError, match="card_two"):
        unbind(sealed, card="card_two")
